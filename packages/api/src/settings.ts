import type { Scope } from './scopes';

/** How callers prove who they are: a bearer token, or a signature of AWS (IAM). */
export type SecurityScheme = 'bearer' | 'sigv4';

/** What differs between deployments and shows in the document. */
export interface DocumentSettings {
  /** Items on a page if the request names no `limit`. */
  readonly defaultPage: number;
  readonly largestPage: number;
  /** Absent: the server asks no one for a token. */
  readonly security?: SecurityScheme | undefined;
}

export const defaultDocumentSettings: DocumentSettings = { defaultPage: 50, largestPage: 200 };

export const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API token or a JSON Web Token.',
  },
  sigv4: {
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    description: 'AWS Signature Version 4, service `execute-api`.',
    'x-amazon-apigateway-authtype': 'awsSigv4',
  },
} as const;

/** Who may call an operation, as the document says it. */
export const securityOf = (scheme: SecurityScheme | undefined, scope: Scope) =>
  scheme === undefined
    ? { security: [] }
    : { security: [{ [scheme]: [] as string[] }], 'x-required-scope': scope };
