import { expect, it } from 'vitest'

import { csv } from './table'

it('quotes what would break a row', () => {
  expect(csv([['a,b', 'say "no"', 'two\nlines', null, 3]])).toBe('\ufeff"a,b","say ""no""","two\nlines",,3\r\n')
})

it('gives a spreadsheet program nothing to run', () => {
  expect(csv([['=1+1', '@x', '-cmd', '-5']])).toBe("\ufeff'=1+1,'@x,'-cmd,-5\r\n")
})

it('keeps all digits of a device code', () => {
  expect(csv([['31101301022019080001']])).toBe('\ufeff"\t31101301022019080001"\r\n')
})
