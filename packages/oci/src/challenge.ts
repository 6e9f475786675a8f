export interface BearerChallenge {
  readonly kind: 'bearer';
  /** The token server. */
  readonly realm: URL;
  readonly service: string | undefined;
}

export type Challenge = BearerChallenge | { readonly kind: 'basic' } | { readonly kind: 'unknown' };

/** Reads `WWW-Authenticate`, a token server before a password. */
export function challengeOf(header: string): Challenge {
  const bearer = /(?:^|[\s,])Bearer\s+(?<parameters>.*)$/iu.exec(header)?.groups?.['parameters'];
  if (bearer !== undefined) {
    const realm = parameter(bearer, 'realm') ?? '';
    return URL.canParse(realm)
      ? { kind: 'bearer', realm: new URL(realm), service: parameter(bearer, 'service') }
      : { kind: 'unknown' };
  }
  return /(?:^|[\s,])Basic\b/iu.test(header) ? { kind: 'basic' } : { kind: 'unknown' };
}

function parameter(parameters: string, name: string): string | undefined {
  return new RegExp(`(?:^|[\\s,])${name}="(?<value>[^"]*)"`, 'iu').exec(parameters)?.groups?.['value'];
}
