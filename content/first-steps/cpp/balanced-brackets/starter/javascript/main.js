const line = require("fs").readFileSync(0, "utf8").split("\n")[0];

const open = []; // the brackets that are still open, the last one on top
for (let i = 0; i < line.length; i++) {
  // What does line[i] do to the pile?
}
