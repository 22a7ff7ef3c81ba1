import type { APIGatewayProxyEventV2 } from 'aws-lambda';

type Event = Pick<APIGatewayProxyEventV2, 'rawPath'> & {
  readonly requestContext: Partial<Pick<APIGatewayProxyEventV2['requestContext'], 'domainName'>>;
};

/** Of a product's address: the id, which may have slashes, and the resource, which is one segment but for the tail. */
const PRODUCT = [/^\/products\/(.+)\/(events\/stream\/?)$/s, /^\/products\/(.+)\/([^/]+\/?)$/s];

/**
 * The path as the client sent it, percent-encoded. An HTTP API decodes it before it makes an event of it: `%2F` in an id
 * is a slash like any other in `rawPath`, and no field of the event has the original. The addresses of the API are such
 * that the original follows from it: a product's resource is the end of the path, and what is before it is the id.
 * Function URLs don't decode.
 */
export function encodedPath({ rawPath, requestContext }: Event): string {
  if (requestContext.domainName?.includes('.lambda-url.')) return rawPath;
  const [, id, resource] = PRODUCT.map((form) => form.exec(rawPath)).find((found) => found !== null) ?? [];
  if (id !== undefined) return `/products/${encode(id)}/${resource}`;
  return rawPath.split('/').map(encode).join('/');
}

/** Lone surrogates, which no UTF-8 has, become the replacement character, as everywhere on the web. */
const encode = (text: string): string => encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
