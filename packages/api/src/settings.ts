import type { Scope } from './scopes';

/** How callers authenticate: with a bearer token or an AWS signature (IAM). */
export type SecurityScheme = 'bearer' | 'sigv4';

/** Differences between deployments that the document shows. */
export interface DocumentSettings {
  /** Page size if the request has no `limit`. */
  readonly defaultPage: number;
  readonly largestPage: number;
  /** Of dates without a time, if the request has no `tz`. */
  readonly timeZone: string;
  /** Absent: no authentication. */
  readonly security?: SecurityScheme | undefined;
}

export const defaultDocumentSettings: DocumentSettings = {
  defaultPage: 50,
  largestPage: 200,
  timeZone: 'UTC',
};

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

/** The security requirement of an operation in the document. */
export const securityOf = (scheme: SecurityScheme | undefined, scope: Scope) =>
  scheme === undefined
    ? { security: [] }
    : { security: [{ [scheme]: [] as string[] }], 'x-required-scope': scope };
