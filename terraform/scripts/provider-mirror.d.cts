/** A folder `tf-plugins` on this machine that holds the AWS provider, for machines that can't reach the registry. */
export function findMirror(): string | undefined;

/** Writes a configuration of Terraform's command line that takes providers from a mirror, or else the registry. */
export function writeConfiguration(file: string, mirror: string | undefined): void;
