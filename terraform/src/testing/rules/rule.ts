import type { Json, Resource, Statement, Synthesised } from '../synthesised';

/**
 * A rule of a public scanner, by its ids: checkov's (`CKV…`) and trivy's (`AWS-…`). The rules come from the
 * sources of checkov 3.3.13 and of trivy-checks of 2026-08-21: all rules about a Terraform resource in the
 * stacks, except those that trivy has deprecated (AWS-0057) and those that cover only REST APIs (AWS-0003,
 * AWS-0004).
 */
export interface Rule {
  readonly ids: readonly string[];
  readonly says: string;
  /** The type of resource that it is about. */
  readonly on: string;
  holds(config: Json, stack: Synthesised, resource: Resource): boolean;
}

export const block = (config: Json, name: string): Json => (config[name] ?? {}) as Json;
export const statements = (policy: unknown): Statement[] =>
  (JSON.parse(String(policy)) as { Statement: Statement[] }).Statement;
export const referred = (value: unknown): boolean => /^\$\{aws_\w+\.[\w-]+\.arn\}$/.test(String(value));
