import { useContext } from 'react';
import { NavigationContext } from './navigation-context';

export function useNavigation() {
  const navigation = useContext(NavigationContext);
  if (!navigation) throw new Error('useNavigation needs a NavigationProvider above it.');
  return navigation;
}
