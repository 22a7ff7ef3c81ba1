import { problemTypes, type ApiDocument } from '@hindsight/api';
import { escape, page, prose } from './html';

/** The parts of an OpenAPI document that the page shows; all of it comes from our own generator. */
interface Schema {
  readonly description?: string;
  readonly [key: string]: unknown;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}
interface Media {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly summary?: string; readonly value?: unknown }>>;
}
interface Answer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, Media>>;
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Answer>>;
}

const pretty = (value: unknown): string => `<pre>${escape(JSON.stringify(value, null, 2))}</pre>`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><tr>${head.map((cell) => `<th>${cell}</th>`).join('')}</tr>${rows
    .map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`)
    .join('')}</table>`;

/** A schema in a few words; the names of shared ones lead to them. */
function words(schema: Schema | undefined): string {
  const { $ref: reference, type, enum: values, items, oneOf, anyOf = oneOf, const: only } = schema ?? {};
  if (typeof reference === 'string') {
    const name = reference.slice(reference.lastIndexOf('/') + 1);
    return `<a href="#schema-${escape(name)}">${escape(name)}</a>`;
  }
  if (Array.isArray(values)) return values.map((value) => `<code>${escape(String(value))}</code>`).join(' ');
  if (only !== undefined) return `<code>${escape(JSON.stringify(only))}</code>`;
  if (Array.isArray(anyOf)) return anyOf.map((one) => words(one as Schema)).join(' or ');
  if (type === 'array') {
    const item = words(items as Schema);
    return `several ${item.includes(' or ') ? `(${item})` : item}`;
  }
  return typeof type === 'string' ? escape(type) : 'anything';
}

function parameterTable(parameters: readonly Parameter[]): string {
  const rows = parameters.map(({ name, in: place, required, description = '', schema }) => [
    `<code>${escape(name)}</code>`,
    required ? `${place}, required` : place,
    words(schema),
    prose(description || (schema?.description ?? '')),
  ]);
  return rows.length === 0 ? '' : `<h3>Parameters</h3>${table(['Name', 'In', 'Type', ''], rows)}`;
}

function bodySection({ requestBody }: Operation): string {
  const parts = Object.entries(requestBody?.content ?? {}).map(([type, { schema, example, examples }]) => {
    const shown = Object.values(
      examples ?? (example === undefined ? {} : { one: { summary: 'Example', value: example } }),
    );
    const details = shown.map(
      ({ summary = '', value }) => `<details><summary>${escape(summary)}</summary>${pretty(value)}</details>`,
    );
    return `<p><code>${escape(type)}</code>: ${words(schema)}</p>${details.join('')}`;
  });
  return parts.length === 0 ? '' : `<h3>Body</h3>${parts.join('')}`;
}

function operationSection(path: string, method: string, operation: Operation): string {
  const responses = Object.entries(operation.responses).map(
    ([status, { description, headers = {}, content = {} }]) => [
      status,
      Object.values(content)
        .map(({ schema }) => words(schema))
        .join(' or '),
      prose(description),
      Object.entries(headers)
        .map(([name, { required }]) => `<code>${escape(name)}</code>${required ? '' : ' (sometimes)'}`)
        .join(' '),
    ],
  );
  return `<h2 id="${escape(operation.operationId)}">${escape(operation.summary)}</h2>
<p><code>${method.toUpperCase()} ${escape(path)}</code></p>
<p>${prose(operation.description ?? '')}</p>
${parameterTable(operation.parameters ?? [])}${bodySection(operation)}
<h3>Answers</h3>${table(['Status', 'Body', '', 'Headers'], responses)}`;
}

/** The whole API as one page of HTML that loads nothing: it works offline. */
export function docsPage({ info, paths = {}, components = {} }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Readonly<Record<string, Operation>>)
      // These two follow from the others.
      .filter(([method]) => method !== 'head' && method !== 'options')
      .map(([method, operation]) => ({ path, method, operation })),
  );
  const contents = operations.map(
    ({ path, method, operation: { operationId, summary } }) =>
      `<li><a href="#${escape(operationId)}">${escape(summary)}</a> <code>${method.toUpperCase()} ${escape(path)}</code></li>`,
  );
  const schemas = Object.entries(components.schemas ?? {}).map(
    ([name, schema]) =>
      `<details id="schema-${escape(name)}"><summary>${escape(name)}</summary>${pretty(schema)}</details>`,
  );
  const problems = Object.entries(problemTypes).map(([slug, { status, title }]) => [
    String(status),
    `<a href="/problems/${slug}"><code>/problems/${slug}</code></a>`,
    escape(title),
  ]);
  return page(
    info.title,
    `<h1>${escape(info.title)}</h1><p>${prose(info.description ?? '')} <a href="/openapi.json">OpenAPI document</a></p>
<ul>${contents.join('')}</ul>
${operations.map(({ path, method, operation }) => operationSection(path, method, operation)).join('')}
<h2 id="problems">Problems</h2>${table(['Status', 'Type', ''], problems)}
<h2 id="schemas">Schemas</h2>${schemas.join('')}`,
  );
}
