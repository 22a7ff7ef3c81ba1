import type { Content, Domain, Judged } from '@hindsight/bitemporal';

/** Whether a state of that revision may be used. */
export const isTrusted = <State extends Judged, Event extends Content>(
  domain: Pick<Domain<State, Event>, 'revision' | 'trusts'>,
  revision: string,
): boolean => revision === domain.revision || domain.trusts(revision);
