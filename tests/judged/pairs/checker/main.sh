# main.sh INPUT ANSWER FEEDBACK ARGUMENT < what the program wrote
read -r n < "$1"
read -r a b rest
echo "SECRET-OF-THE-JUDGE" > "$3/judgemessage.txt"
if [[ -z $rest && $a =~ ^[1-9][0-9]{0,7}$ && $b =~ ^[1-9][0-9]{0,7}$ ]]; then
  echo "Their sum is $((a + b))." > "$3/teammessage.txt"
  ((a + b == n)) && exit 42
else
  echo "These are not two numbers." > "$3/teammessage.txt"
fi
exit 43
