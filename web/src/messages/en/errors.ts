export default {
  unreachable: 'The server cannot be reached. Check the connection and try again.',
  unknown: 'Something went wrong on the server. Try again in a moment.',
  signedOut: 'Your session has ended. Sign in again.',
} as const;
