import { useContext } from 'react';
import { NoticesContext } from './notices-context';

export function useNotices() {
  const notices = useContext(NoticesContext);
  if (!notices) throw new Error('useNotices needs a NoticeProvider above it.');
  return notices;
}
