/** `*` and `webhooks:*` stand for everything below them. */
export function hasScope(scopes: string[], scope: string): boolean {
  const [room] = scope.split(':');
  return scopes.includes('*') || scopes.includes(scope) || scopes.includes(`${room}:*`);
}
