export { feedQuery, feedStreamQuery, productsQuery, stockDiffQuery, stockQuery } from './across-parameters';
export { apiDocument, type ApiDocument } from './document';
export { closeQuery, closingBody, closingDiffQuery, closingPath, reportQuery } from './closings';
export { diffQuery, explainQuery } from './explain';
export { mapQuery, mapRules } from './map';
export {
  appendQuery,
  eventsQuery,
  listRules,
  oneOfKnown,
  stateQuery,
  tailQuery,
  timelineQuery,
  type Refuse,
} from './parameters';
export { SETTLED } from './times';
export { engineFaults } from './problem-schemas';
export { problemTypes, type FieldError, type ProblemSlug, type ProblemType } from './problems';
export { allScopes, scopes, scopesAmong, type Scope } from './scopes';
export { isVersion, zonedTimes } from './times';
export { defaultDocumentSettings, type DocumentSettings, type SecurityScheme } from './settings';
