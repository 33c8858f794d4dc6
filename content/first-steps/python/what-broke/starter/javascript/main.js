const lines = require("fs").readFileSync(0, "utf8").split("\n").filter((line) => line !== "");

for (const line of lines) {
  // Which part of the line is the level, and which the service?
}
