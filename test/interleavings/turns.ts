import fc from 'fast-check';

/**
 * How many turns a call to the store takes. Of two actors that are chosen by turns at random, neither ever gets far ahead
 * of the other; so that one is held up while another comes to its end, a call in twelve takes very long.
 */
export const turns = fc.infiniteStream(
  fc.oneof({ weight: 11, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(24) }),
);
