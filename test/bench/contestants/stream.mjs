// The stream that every contestant holds: one event a second, three in and two out by turns, so that a shipment
// is always possible and the quantity says how many there were.
const START = Date.parse('2026-03-01T00:00:00.000Z');

/** When the event of a version happened; a fraction stands between two. */
export const momentOf = (version) => new Date(START + version * 1000).toISOString();

export const isReceipt = (version) => version % 2 === 1;

export const quantityOf = (version) => (isReceipt(version) ? 3 : 2);

/** What a Castore or Emmett user would write as a reducer, in plain numbers. */
export const reduce = (quantity, version) =>
  isReceipt(version) ? quantity + quantityOf(version) : quantity - quantityOf(version);

/** A version of a stream of a length. */
export const anyVersion = (length) => 1 + Math.floor(Math.random() * length);

const heads = new Map();

/** The version that comes next in a stream that was filled to a length; takes as many as are asked for. */
export function nextVersion(productId, length, count = 1) {
  const version = (heads.get(productId) ?? length) + 1;
  heads.set(productId, version + count - 1);
  return version;
}
