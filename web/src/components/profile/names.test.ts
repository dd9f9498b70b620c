import { expect, it } from 'vitest';
import { withName } from './names';

it('adds a name once, without blanks around it', () => {
  expect(withName(['Jazz'], '  Hard   bop ')).toEqual(['Jazz', 'Hard bop']);
  expect(withName(['Jazz'], 'jazz')).toEqual(['Jazz']);
  expect(withName(['Jazz'], '   ')).toEqual(['Jazz']);
});

it('ends at a hundred', () => {
  const many = Array.from({ length: 100 }, (_, place) => `Genre ${place}`);
  expect(withName(many, 'One more')).toHaveLength(100);
});
