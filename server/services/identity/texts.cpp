#include "services/identity/texts.h"

namespace lyceum::identity::pages {
namespace {

constexpr Texts english = {
    .sign_in = "Sign in",
    .email = "E-mail address",
    .password = "Password",
    .forgot = "Forgot it?",
    .new_here = "New here?",
    .sign_up = "Create an account",
    .wrong =
        "That address and password do not open an account. If you have just signed up, confirm "
        "your address first: the link is in the mail we sent you.",
    .too_many = "There were too many attempts. Try again in",
    .seconds = "seconds.",
    .sign_out = "Sign out",
    .sign_out_question = "Sign out of Lyceum?",
    .sign_out_what = "This ends your session in this browser.",
    .stay = "Stay signed in",
    .signed_out = "You are signed out",
    .signed_out_what = "Your session in this browser has ended.",
    .home = "Go to the home page",
    .trouble = "This did not work",
    .again = "Sign in again",
    .request_malformed = "The address that brought you here is incomplete or malformed.",
    .client_unknown = "The application that sent you here is not known.",
    .redirect_unknown =
        "The application that sent you here gave an address to return to that is not "
        "registered for it, so we do not go there.",
    .page_outdated =
        "The sign-in page was out of date, was opened in another browser, or cookies are "
        "blocked. Starting again helps; if it does not, allow cookies for this site.",
    .refused = "The sign-in was not completed."};

constexpr Texts french = {
    .sign_in = "Se connecter",
    .email = "Adresse e-mail",
    .password = "Mot de passe",
    .forgot = "Oublié ?",
    .new_here = "Pas encore de compte ?",
    .sign_up = "Créer un compte",
    .wrong =
        "Cette adresse et ce mot de passe n’ouvrent aucun compte. Si vous venez de vous inscrire, "
        "confirmez d’abord votre adresse : le lien est dans le mail que nous vous avons envoyé.",
    .too_many = "Il y a eu trop d’essais. Réessayez dans",
    .seconds = "secondes.",
    .sign_out = "Se déconnecter",
    .sign_out_question = "Se déconnecter de Lyceum ?",
    .sign_out_what = "Votre session dans ce navigateur prendra fin.",
    .stay = "Rester connecté",
    .signed_out = "Vous êtes déconnecté",
    .signed_out_what = "Votre session dans ce navigateur est terminée.",
    .home = "Aller à l’accueil",
    .trouble = "Cela n’a pas fonctionné",
    .again = "Se reconnecter",
    .request_malformed = "L’adresse qui vous a amené ici est incomplète ou mal formée.",
    .client_unknown = "L’application qui vous a envoyé ici n’est pas connue.",
    .redirect_unknown =
        "L’application qui vous a envoyé ici donne une adresse de retour qui n’est pas "
        "enregistrée pour elle ; nous n’y allons donc pas.",
    .page_outdated =
        "La page de connexion n’était plus à jour, a été ouverte dans un autre navigateur, "
        "ou les cookies sont bloqués. Recommencez ; si cela ne suffit pas, autorisez les "
        "cookies pour ce site.",
    .refused = "La connexion n’a pas abouti."};

}  // namespace

const Texts& texts(Language language) {
  return language == Language::french ? french : english;
}

}  // namespace lyceum::identity::pages
