import { useQuery } from '@tanstack/vue-query';
import { readRegistration } from '@/api/account';

/** How people may come to this server; asked once a page. */
export function useRegistrationTerms() {
  return useQuery({ queryKey: ['registration'], queryFn: readRegistration });
}
