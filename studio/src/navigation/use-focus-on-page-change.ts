import { useEffect, useRef } from 'react';

/**
 * After a link has replaced the page that it stood on: starts at the top, and with the focus in the new
 * content, so that a keyboard or a screen reader does not begin at the header again.
 */
export function useFocusOnPageChange(page: string) {
  const mainRef = useRef<HTMLElement>(null);
  const shownRef = useRef(page);
  useEffect(() => {
    if (shownRef.current === page) return;
    shownRef.current = page;
    window.scrollTo(0, 0);
    mainRef.current?.focus({ preventScroll: true });
  }, [page]);
  return mainRef;
}
