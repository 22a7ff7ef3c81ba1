import type { Registry } from '@hindsight/domain';
import { createDocument } from 'zod-openapi';
import { actOperation, appendOperation } from './append';
import {
  feedOperation,
  feedStreamOperation,
  productsOperation,
  stockDiffOperation,
  stockOperation,
} from './across';
import {
  closeOperation,
  closingDiffOperation,
  closingOperation,
  closingsOperation,
  reopenOperation,
} from './closings';
import { operationContext } from './context';
import { defaultsInWords } from './defaults';
import { diffOperation, explainOperation, latenessOperation } from './explain';
import { mapOperation } from './map';
import { eventsOperation, executionOperation, stateOperation, timelineOperation } from './reads';
import { withRequestIds } from './request-ids';
import { servicePaths } from './service';
import { securitySchemes, type DocumentSettings } from './settings';
import { tailOperation } from './tail';

/** The OpenAPI document, as JSON. */
export type ApiDocument = ReturnType<typeof createDocument>;

const description = `Product inventory, event-sourced: the state of any product at any moment, as known at any moment.

- Quantities and amounts of money are exact decimals: strings in answers; strings or numbers in requests.
- Errors are problem details (RFC 9457). Compare \`type\`, and show \`detail\` to people.
- \`HEAD\` works on every address with \`GET\`, and \`OPTIONS\` lists the allowed methods.`;

/** The API as an OpenAPI 3.1 document; events and their examples come from the registry. */
export function apiDocument(registry: Registry, settings: DocumentSettings): ApiDocument {
  const { security } = settings;
  const context = operationContext(registry, settings);
  const document = createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Hindsight',
        version: '1',
        description,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'This server.' }],
      tags: [
        { name: 'products', description: 'Events, states and timelines of products.' },
        { name: 'service', description: 'Health and documentation.' },
      ],
      ...(security && { components: { securitySchemes: { [security]: securitySchemes[security] } } }),
      paths: {
        '/products': { get: productsOperation(context) },
        '/stock': { get: stockOperation(context) },
        '/stock/diff': { get: stockDiffOperation(context) },
        '/events': { post: actOperation(context), get: feedOperation(context) },
        '/events/stream': { get: feedStreamOperation(context) },
        '/products/{productId}/events': { post: appendOperation(context), get: eventsOperation(context) },
        '/products/{productId}/events/stream': { get: tailOperation(context) },
        '/products/{productId}/state': { get: stateOperation(context) },
        '/products/{productId}/timeline': { get: timelineOperation(context) },
        '/products/{productId}/explain': { get: explainOperation(context) },
        '/products/{productId}/lateness': { get: latenessOperation(context) },
        '/products/{productId}/diff': { get: diffOperation(context) },
        '/products/{productId}/map': { get: mapOperation(context) },
        '/closings': { get: closingsOperation(context), post: closeOperation(context) },
        '/closings/{closingId}': { get: closingOperation(context), delete: reopenOperation(context) },
        '/closings/{closingId}/diff': { get: closingDiffOperation(context) },
        '/executions/{name}': { get: executionOperation(context) },
        ...servicePaths(context.problems),
      },
    },
    { allowEmptySchema: { custom: true, unknown: true }, override: defaultsInWords },
  );
  return withRequestIds(document);
}
