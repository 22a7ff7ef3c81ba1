import { problemTypes, type ProblemSlug } from '@hindsight/api';
import { documentedAnswers, type Described } from './contract';

const HEAD = `# Errors

Every error response is \`application/problem+json\` (RFC 9457) with a stable \`type\`. Compare \`type\`, and show
\`detail\` to people. \`errors\`, if present, names each invalid field, parameter or header. This page is generated from the
catalog that the server uses, and a test keeps it up to date (\`RECORD=1 npx jest apps/gateway/src/docs/catalogue\`
rewrites it). Another test makes every operation return each problem type that is listed for it, and no other.
`;

/** The operations that return a problem type. */
function operationsOf(slug: ProblemSlug, answers: readonly string[]): string[] {
  return answers
    .filter((answer) => answer.endsWith(` /problems/${slug}`))
    .map((answer) => answer.split(' ', 1)[0] ?? '')
    .map((operation) => `\`${operation}\``);
}

/** The page \`docs/reference/errors.md\`. */
export function errorCatalogue(document: Described): string {
  const answers = documentedAnswers(document);
  const sections = (Object.keys(problemTypes) as ProblemSlug[]).map((slug) => {
    const { status, title, help } = problemTypes[slug];
    const operations = operationsOf(slug, answers);
    const from = operations.length === 0 ? 'every route' : operations.join(', ');
    return `## ${status} \`/problems/${slug}\`\n\n**${title}.** ${help}\n\nReturned by ${from}.\n`;
  });
  return [HEAD, ...sections].join('\n');
}
