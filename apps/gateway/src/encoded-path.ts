import type { APIGatewayProxyEventV2 } from 'aws-lambda';

type Event = Pick<APIGatewayProxyEventV2, 'rawPath'> & {
  readonly requestContext: Partial<Pick<APIGatewayProxyEventV2['requestContext'], 'domainName'>>;
};

/**
 * The path of a product: the id, which may contain slashes, and the resource, which is one segment except for
 * the tail.
 */
const PRODUCT = [/^\/products\/(.+)\/(events\/stream\/?)$/s, /^\/products\/(.+)\/([^/]+\/?)$/s];

/**
 * The path as the client sent it, percent-encoded. An HTTP API decodes the path before it creates the event:
 * in `rawPath`, an encoded `%2F` in an id looks like any other slash, and no field has the original. The
 * routes are designed so that it can be reconstructed: the path ends with the product's resource, and the id
 * is everything before it. Function URLs don't decode.
 */
export function encodedPath({ rawPath, requestContext }: Event): string {
  if (requestContext.domainName?.includes('.lambda-url.')) return rawPath;
  const [, id, resource] = PRODUCT.map((form) => form.exec(rawPath)).find((found) => found !== null) ?? [];
  if (id !== undefined) return `/products/${encode(id)}/${resource}`;
  return rawPath.split('/').map(encode).join('/');
}

/**
 * Lone surrogates can't be encoded in UTF-8; they become the replacement character, as everywhere on the web.
 */
const encode = (text: string): string => encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
