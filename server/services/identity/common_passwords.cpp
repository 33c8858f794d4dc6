#include "services/identity/common_passwords.h"

#include <algorithm>
#include <array>

namespace lyceum::identity {
namespace {

// Sorted by bytes.
// clang-format off
constexpr auto common = std::to_array<std::string_view>({
    "!@#$%^&*", "!@#$%^&*(", "!qaz2wsx", "!qaz@wsx", "00000000", "000000000", "00001111",
    "01234567", "012345678", "0123456789", "0987654321", "1!2@3#4$", "10203040", "102030405060",
    "1029384756", "11111111", "111111111", "1111111111", "11111112", "11112222", "11223344",
    "112233445566", "12121212", "12312312", "123123123", "123321123", "12341234", "12344321",
    "1234512345", "123454321", "123456123", "12345678", "123456781", "123456789", "1234567890",
    "1234567890a", "1234567891", "12345678910", "123456789a", "123456789q", "12345678a", "12345679",
    "1234567a", "1234abcd", "1234qwer", "123654789", "123qwe123", "123qweasd", "13131313",
    "135792468", "147147147", "147258369", "147852369", "159159159", "159753456", "192837465",
    "1q2w3e4r", "1q2w3e4r5t", "1q2w3e4r5t6y", "1qaz2wsx", "1qaz@wsx", "1qazxsw2", "20202020",
    "21212121", "22222222", "246813579", "27182818", "31415926", "321321321", "33333333",
    "44444444", "456456456", "55555555", "654321654", "66666666", "741852963", "77777777",
    "7777777777", "789456123", "789789789", "87654321", "88888888", "963852741", "987654321",
    "987987987", "99999999", "a1234567", "a12345678", "a123456789", "a1b2c3d4", "a1s2d3f4",
    "aa123456", "aa12345678", "aaaaaaaa", "abc12345", "abc123456", "abcd1234", "abcdefg1",
    "abcdefgh", "abcdefghi", "admin123", "admin1234", "adminadmin", "administrateur",
    "administrator", "alexander", "alexandra", "arsenal1", "asd12345", "asd123456", "asdasdasd",
    "asdf1234", "asdfasdf", "asdfghjk", "asdfghjkl", "asdfghjkl1", "asshole1", "autumn2025",
    "azerty12", "azerty123", "azertyuiop", "babygirl", "babygirl1", "barcelona", "baseball",
    "baseball1", "baseball123", "basketball", "bbbbbbbb", "benjamin", "bienvenue", "blahblah",
    "blink182", "bonjour1", "bonjour123", "bordeaux", "buccaneer", "bulldog1", "bulldogs",
    "bullshit", "butterfly", "campus123", "caroline", "catherine", "changeme", "changeme1",
    "changeme123", "charlie1", "charlie123", "cheesecake", "chelsea1", "chocolat", "chocolate",
    "chouchou", "christian", "cisco123", "classroom", "codecode", "coding123", "college1",
    "computer", "computer1", "correcthorsebatterystaple", "corvette", "coucou123", "cowboys1",
    "danielle", "database", "debian123", "december", "default1", "developer", "diamond1",
    "diamonds", "docker123", "dolphin1", "dolphins", "doudou123", "dragon123", "elephant",
    "elizabeth", "etudiant", "facebook", "facebook1", "ferrari1", "flower123", "football",
    "football1", "football123", "forever1", "forever21", "fortnite", "freedom1", "freedom123",
    "fuckyou1", "fuckyou123", "fuckyou2", "goldfish", "golfer123", "google123", "guest123",
    "hannah123", "hello123", "hello1234", "hellohello", "helloworld", "hockey123", "hunter2hunter2",
    "iloveyou", "iloveyou1", "iloveyou123", "iloveyou2", "internet", "internet1", "jackson5",
    "january1", "java1234", "javascript", "jennifer", "jessica1", "jetaime1", "jetaime123",
    "jordan23", "juventus", "killer123", "lakers24", "learning", "learning1", "letmein1",
    "letmein123", "lightning", "linkedin", "linkinpark", "linux123", "liverpool", "liverpool1",
    "lkjhgfdsa", "login123", "logitech", "loulou123", "lovelove", "loveyou1", "lyceum123",
    "lyceum2024", "lyceum2025", "lyceum2026", "manchester", "marseille", "master123", "mercedes",
    "metallica", "michael1", "michelle", "midnight", "minecraft", "minecraft1", "mnbvcxz1",
    "monkey123", "moonlight", "motdepasse", "mustang1", "mustangs", "mylove123", "mypassword",
    "mysql123", "network1", "newpassword", "nicholas", "nicolas1", "nintendo", "nirvana1",
    "november", "october1", "oldpassword", "oracle123", "p@$$w0rd", "p@ssw0rd", "p@ssw0rd1",
    "p@ssw0rd123", "p@ssword", "pa55word", "packers1", "panthers", "passw0rd", "passw0rd!",
    "password", "password!", "password1", "password1!", "password12", "password123", "password123!",
    "password1234", "passwort", "patriots", "platinum", "playstation", "poiuytrewq", "pokemon1",
    "pokemon123", "polycode", "polycode1", "portugal", "postgres", "postgres1", "princess",
    "princess1", "professor", "programmer", "programming", "python123", "q1234567", "q1w2e3r4",
    "q2w3e4r5", "qazwsx123", "qazwsxedc", "qq123456", "qqqqqqqq", "qwe12345", "qwe123456",
    "qweasdzxc", "qweqweqwe", "qwer1234", "qwerty!@#", "qwerty12", "qwerty123", "qwerty1234",
    "qwerty123456", "qwertyui", "qwertyuiop", "qwertyuiop123", "qwertz123", "qwertzuiop",
    "rainbow1", "rainbow123", "realmadrid", "redskins", "roblox123", "root1234", "rootroot",
    "samantha", "samsung1", "samsung123", "school123", "scorpion", "secret12", "secret123",
    "security", "security1", "september", "server123", "shadow123", "slipknot", "snowball",
    "soccer123", "soleil123", "spiderman", "spring2024", "spring2025", "spring2026", "starwars",
    "starwars1", "steelers", "stephanie", "strawberry", "student1", "student123", "summer123",
    "summer2023", "summer2024", "summer2025", "summer2026", "sunshine", "sunshine1", "superman",
    "superman1", "supersecret", "sweetheart", "teacher1", "teacher123", "temp1234", "temporary",
    "temppassword", "tennis123", "test1234", "test12345", "testing1", "testing123", "testtest",
    "thunder1", "thunderbird", "tigers123", "tigger123", "topsecret", "toulouse", "trustno1",
    "ubuntu123", "universite", "university", "university1", "user1234", "username", "useruser",
    "veronica", "victoria", "welcome1", "welcome12", "welcome123", "welcome2024", "welcome2025",
    "welcome2026", "whatever", "whatever1", "wildcats", "winter123", "winter2023", "winter2024",
    "winter2025", "winter2026", "xbox3600", "xxxxxxxx", "yankees1", "yourpassword", "zaq12wsx",
    "zaq1@wsx", "zxc123456", "zxcv1234", "zxcvbnm,", "zxcvbnm1", "zxcvbnm123", "zxczxczxc",
    "zzzzzzzz",
});
// clang-format on
static_assert(std::ranges::is_sorted(common));

}  // namespace

bool is_common_password(std::string_view password) {
  return std::ranges::binary_search(common, password);
}

}  // namespace lyceum::identity
