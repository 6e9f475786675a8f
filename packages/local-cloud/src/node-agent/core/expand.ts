/** Kubernetes' `$(NAME)` references: `$$` stands for `$`, an unknown name stays as it is written. */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  return text.replaceAll(/\$(?:\$|\(([^)]*)\))/gu, (match: string, name: string | undefined) =>
    name === undefined ? '$' : (lookup(name) ?? match),
  );
}
