/** The query of the address in the current entry of the history: kept over a reload, and when one comes back. */
export const addressQuery = {
  read: (): string => window.location.search,
  replace(query: string): void {
    window.history.replaceState(window.history.state, '', window.location.pathname + query);
  },
};
