read -r n
