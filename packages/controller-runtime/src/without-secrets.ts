const REDACTED = '[Redacted]';

/** What secrets look like, wherever they stand; `$<before>` and `$<after>` stay. */
const SECRETS: readonly RegExp[] = [
  /(?<before>)-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?-----END [A-Z ]*PRIVATE KEY-----(?<after>)/gu,
  // a JSON web token, and base64 of "Bearer eyJ…"
  /(?<before>)\beyJ[\w-]+\.[\w-]+\.[\w-]+(?<after>)/gu,
  /(?<before>)\bQmVhcmVyI[\w+/=-]{8,}(?<after>)/gu,
  /(?<before>)\bhf_\w{16,}(?<after>)/gu,
  /(?<before>\b(?:Bearer|Basic)\s+)(?!of\b)[\w.~+/-]+=*(?<after>)/gu,
  /(?<before>"(?:proxy-)?authorization"\s*:\s*")(?!(?:Bearer|Basic) )[^"]*(?<after>)/giu,
  /(?<before>\b(?:client_secret|client_assertion|access_token|refresh_token|api[-_]?key|password|sig)=)[^&\s"']+(?<after>)/giu,
  /(?<before>"(?:client_secret|client_assertion|access_token|refresh_token|api[-_]?key|password)"\s*:\s*")[^"]*(?<after>)/giu,
  /(?<before>\b[a-z][a-z\d+.-]*:\/\/)[^\s/"'@]+(?<after>@)/giu,
];

/**
 * Blots out what looks like a token, a key or a password: for texts that come from outside and are shown or logged.
 * A server that refuses a request may well quote it.
 */
export function withoutSecrets(text: string): string {
  return SECRETS.reduce((clean, secret) => clean.replace(secret, `$<before>${REDACTED}$<after>`), text);
}
