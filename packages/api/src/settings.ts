/** What differs between deployments and shows in the document. */
export interface DocumentSettings {
  /** Items on a page if the request names no `limit`. */
  readonly defaultPage: number;
  readonly largestPage: number;
}

export const defaultDocumentSettings: DocumentSettings = { defaultPage: 50, largestPage: 200 };
