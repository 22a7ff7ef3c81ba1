import type { CreateDocumentOptions } from 'zod-openapi';

type Override = Extract<NonNullable<CreateDocumentOptions['override']>, (context: never) => void>;

/**
 * Says defaults in words. Generators of clients take a field with a `default` for one that is always there, and
 * would demand it of every request.
 */
export const defaultsInWords: Override = ({ jsonSchema, io }) => {
  if (io !== 'input' || jsonSchema.default === undefined) return;
  const words = `Default: \`${JSON.stringify(jsonSchema.default).replaceAll('"', '')}\`.`;
  jsonSchema.description = [jsonSchema.description, words].filter(Boolean).join(' ');
  delete jsonSchema.default;
};
