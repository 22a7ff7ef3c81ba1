import type { CreateDocumentOptions } from 'zod-openapi';

type Override = Extract<NonNullable<CreateDocumentOptions['override']>, (context: never) => void>;

/**
 * Describes defaults in words. Code generators treat a field with a `default` as always present and would
 * require it in every request.
 */
export const defaultsInWords: Override = ({ jsonSchema, io }) => {
  if (io !== 'input' || jsonSchema.default === undefined) return;
  const words = `Default: \`${JSON.stringify(jsonSchema.default).replaceAll('"', '')}\`.`;
  jsonSchema.description = [jsonSchema.description, words].filter(Boolean).join(' ');
  delete jsonSchema.default;
};
