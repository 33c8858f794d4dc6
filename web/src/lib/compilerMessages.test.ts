import { expect, test } from 'vitest';
import { compilerMessages } from './compilerMessages';

test('GCC: line, column, severity and words', () => {
  const output = `main.cpp: In function 'int main()':
main.cpp:10:3: error: 'BREAK' was not declared in this scope
   10 |   BREAK
      |   ^~~~~
/box/util.h:2:1: warning: no newline
main.cpp:4:9: note: declared here
main.cpp:1:10: fatal error: nothing.h: No such file or directory`;
  expect(compilerMessages(output, ['main.cpp', 'util.h'])).toEqual([
    {
      path: 'main.cpp',
      line: 10,
      column: 3,
      severity: 'error',
      message: "'BREAK' was not declared in this scope",
    },
    { path: 'util.h', line: 2, column: 1, severity: 'warning', message: 'no newline' },
    { path: 'main.cpp', line: 4, column: 9, severity: 'info', message: 'declared here' },
    {
      path: 'main.cpp',
      line: 1,
      column: 10,
      severity: 'error',
      message: 'nothing.h: No such file or directory',
    },
  ]);
});

test('javac: the caret tells the column', () => {
  const output = `Main.java:3: error: cannot find symbol
    foo();
    ^
  symbol:   method foo()
1 error`;
  expect(compilerMessages(output, ['Main.java'])).toEqual([
    { path: 'Main.java', line: 3, column: 5, severity: 'error', message: 'cannot find symbol' },
  ]);
});

test('Python: the place of a trace with what went wrong', () => {
  const output = `Traceback (most recent call last):
  File "/box/main.py", line 3, in <module>
    print(helper(0))
  File "/box/lib/helper.py", line 2, in helper
    return 1 / n
ZeroDivisionError: division by zero`;
  expect(compilerMessages(output, ['main.py', 'lib/helper.py'])).toEqual([
    { path: 'main.py', line: 3, severity: 'error', message: 'ZeroDivisionError: division by zero' },
    {
      path: 'lib/helper.py',
      line: 2,
      severity: 'error',
      message: 'ZeroDivisionError: division by zero',
    },
  ]);
});

test('Node and Bash', () => {
  expect(
    compilerMessages('/box/main.js:3\nlet a = ;\n        ^\n\nSyntaxError: Unexpected token', [
      'main.js',
    ]),
  ).toEqual([
    { path: 'main.js', line: 3, severity: 'error', message: 'SyntaxError: Unexpected token' },
  ]);
  expect(compilerMessages('main.sh: line 2: foo: command not found', ['main.sh'])).toEqual([
    { path: 'main.sh', line: 2, severity: 'error', message: 'foo: command not found' },
  ]);
});

test('places in files that are not ours are left out', () => {
  expect(compilerMessages('/usr/include/c++/12/vector:66:1: error: no', ['main.cpp'])).toEqual([]);
  expect(compilerMessages('notmain.cpp:1:1: error: no', ['main.cpp'])).toEqual([]);
});
