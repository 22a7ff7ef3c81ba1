import type { Registry } from '@hindsight/domain';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import { appendBodies } from './events';
import { answerExamples, type AnswerExamples } from './examples';
import { problemsWith, type Problems } from './responses';
import { answersWith, type EventAnswers } from './schemas';
import type { Scope } from './scopes';
import { securityOf, type DocumentSettings } from './settings';

/** What the descriptions of operations depend on: the schemas, examples and problems of one deployment. */
export interface OperationContext {
  readonly registry: Registry;
  readonly settings: DocumentSettings;
  readonly answers: EventAnswers;
  readonly bodies: ReturnType<typeof appendBodies>;
  readonly examples: AnswerExamples;
  readonly problems: Problems;
  /** The part that all operations with a required scope share. */
  needs(scope: Scope): Pick<ZodOpenApiOperationObject, 'tags' | 'security'>;
}

export function operationContext(registry: Registry, settings: DocumentSettings): OperationContext {
  const { security } = settings;
  return {
    registry,
    settings,
    answers: answersWith(registry, security),
    bodies: appendBodies(registry),
    examples: answerExamples(registry),
    problems: problemsWith(security),
    needs: (scope) => ({ tags: ['products'], ...securityOf(security, scope) }),
  };
}
