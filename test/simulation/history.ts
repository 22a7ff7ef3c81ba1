import type { ConflictPolicy, ProductEvent } from '@hindsight/domain';
import type { HttpRequest, HttpResponse } from './gateways';

/** One attempt of a request, as the client saw it. Times are the world's. */
export interface Attempt {
  readonly from: number;
  /** Infinity: no answer. */
  readonly to: number;
  readonly response: HttpResponse | undefined;
}

export interface AppendAct {
  readonly kind: 'append';
  readonly productId: string;
  readonly request: HttpRequest;
  /** As the workflow reads them; undefined: the server generates the ids, so a retry is not allowed. */
  readonly events: readonly ProductEvent[] | undefined;
  /** The number of events. */
  readonly count: number;
  readonly onConflict: ConflictPolicy;
  readonly dryRun: boolean;
  readonly expectedVersion: number | undefined;
  /** Answered by an execution that the client polls. */
  readonly background: boolean;
}

export interface ReadAct {
  readonly kind: 'state' | 'events' | 'timeline';
  readonly productId: string;
  readonly request: HttpRequest;
  readonly moment: { readonly asOf?: string; readonly knownAt?: string; readonly version?: number };
  readonly order: 'recorded' | 'effective';
}

export type Act = AppendAct | ReadAct;

/** The actions of one client, and the responses it received. */
export interface Deed {
  readonly act: Act;
  readonly attempts: Attempt[];
  /** The network has delivered a request of it once more. */
  doubled?: boolean;
}

/** A transaction that was carried out and wrote events. */
export interface Commit {
  readonly at: number;
  readonly productId: string;
  readonly versions: readonly number[];
}
