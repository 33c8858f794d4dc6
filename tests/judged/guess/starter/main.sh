echo 50
read -r answer
