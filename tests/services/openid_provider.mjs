// An OpenID provider of another maker, for tests: PKCE is needed, people sign in with a name and no password.
// node openid_provider.mjs <the provider's module> <port> <redirect address> <client id> <client secret>
import { pathToFileURL } from 'node:url';

const [, , module, port, redirectAddress, clientId, clientSecret] = process.argv;
const { Provider } = await import(pathToFileURL(module).href);

const people = {
  ada: {
    name: 'Ada Lovelace',
    preferred_username: 'ada.lovelace',
    email: 'ada@example.org',
    email_verified: true,
    groups: ['bands', 'staff'],
  },
  bob: { name: 'Bob', email: 'bob@example.org', email_verified: false },
};

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectAddress] }],
  pkce: { required: () => true },
  claims: {
    openid: ['sub'],
    profile: ['name', 'preferred_username'],
    email: ['email', 'email_verified'],
    groups: ['groups'],
  },
  scopes: ['openid', 'profile', 'email', 'groups'],
  cookies: { keys: ['only-for-tests'] },
  findAccount: (_context, id) =>
    people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
