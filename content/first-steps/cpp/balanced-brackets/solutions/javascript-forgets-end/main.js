const line = require("fs").readFileSync(0, "utf8").split("\n")[0];

function check(line) {
  const closing = { "(": ")", "[": "]", "{": "}" };
  const wanted = [];
  for (let i = 0; i < line.length; i++) {
    if (line[i] in closing) wanted.push(closing[line[i]]);
    else if (")]}".includes(line[i]) && wanted.pop() !== line[i]) return i + 1;
  }
  return "ok";
}

console.log(check(line));
