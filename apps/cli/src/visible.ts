/** Controls except tab and line break, and characters that change the direction of the text after them. */
// eslint-disable-next-line no-control-regex -- these are what it looks for
const ACTING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text for a terminal: characters that a terminal would act on instead of showing them are escaped as in JSON. Names,
 * reasons and problems come from a server, and what is in them must not move the cursor, set the title of the window
 * or hide a line. In JSON, the escaped text means the same.
 */
export const visible = (text: string): string =>
  text.replace(ACTING, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
