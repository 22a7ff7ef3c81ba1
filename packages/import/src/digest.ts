import { sha256 } from '@noble/hashes/sha2';

/** The beginning of a SHA-256 in base64url. It is computed the same way in Node and in a browser. */
export const digestOf = (text: string): string =>
  btoa(String.fromCharCode(...sha256(text)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .slice(0, 22);
