/**
 * The REST API as a caller sees it: a path, a body, an answer or an error.
 *
 * @param {string} baseUrl
 * @param {string} apiKey
 */
export function createApi(baseUrl, apiKey) {
  return async function call(method, path, body) {
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
}
