/**
 * The key lives in this tab: in memory, and in sessionStorage so that a reload keeps it. Never in
 * localStorage, a cookie or an address.
 */
const STORAGE_KEY = 'studio.apiKey';

export const apiKeyStore = {
  find(): string | null {
    try {
      return sessionStorage.getItem(STORAGE_KEY);
    } catch {
      return null; // Storage switched off: the key is asked for after each reload.
    }
  },
  keep(apiKey: string): void {
    try {
      sessionStorage.setItem(STORAGE_KEY, apiKey);
    } catch {
      // As above: memory alone does.
    }
  },
  forget(): void {
    try {
      sessionStorage.removeItem(STORAGE_KEY);
    } catch {
      // Nothing was kept.
    }
  },
};
