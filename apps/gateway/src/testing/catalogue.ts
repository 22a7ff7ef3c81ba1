import { problemTypes, type ProblemSlug } from '@hindsight/api';
import { documentedAnswers, type Described } from './contract';

const HEAD = `# Errors

Every answer that is no success is \`application/problem+json\` (RFC 9457) with a \`type\` that does not change: compare
that, and show \`detail\` to people. \`errors\`, where it is there, names each wrong field, parameter or header. This page
is made of the catalogue that the server answers from, and a test holds it to that
(\`RECORD=1 npx jest apps/gateway/src/docs/catalogue\` writes it).
Another test makes every operation answer each type that is listed with it, and no other.
`;

/** Who answers with a type; HEAD goes with GET. */
function operationsOf(slug: ProblemSlug, answers: readonly string[]): string[] {
  return answers
    .filter((answer) => answer.endsWith(` /problems/${slug}`))
    .map((answer) => answer.split(' ', 1)[0] ?? '')
    .map((operation) => `\`${operation}\``);
}

/** The page \`docs/errors.md\`. */
export function errorCatalogue(document: Described): string {
  const answers = documentedAnswers(document);
  const sections = (Object.keys(problemTypes) as ProblemSlug[]).map((slug) => {
    const { status, title, help } = problemTypes[slug];
    const operations = operationsOf(slug, answers);
    const from = operations.length === 0 ? 'every address' : operations.join(', ');
    return `## ${status} \`/problems/${slug}\`\n\n**${title}.** ${help}\n\nAnswered by ${from}.\n`;
  });
  return [HEAD, ...sections].join('\n');
}
