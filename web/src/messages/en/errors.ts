export default {
  unreachable: 'The server cannot be reached. Check the connection and try again.',
  unknown: 'Something went wrong on the server. Try again in a moment.',
  waitStill: 'You can try again in {time}.',
  waitOver: 'You can try again now.',
  signedOut: 'Your session has ended. Sign in again.',
} as const;
