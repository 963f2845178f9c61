"""What is said on the scholar's own machine, in both languages."""

from __future__ import annotations

import locale
import os
from typing import Any

from tremplin.cli.sheets.faults import Wrong
from tremplin.grader.text import Text, both, fill, say

_WORDS: dict[str, Text] = {
    "week": both("Week {week}", "Semaine {week}"),
    "minutes": both("{minutes} min", "{minutes} min"),
    "not-begun": both("", ""),
    "begun": both("begun", "commencé"),
    "done": both("passed", "réussi"),
    "begin": both(
        "Begin one with: tremplin labs start {lab}", "Pour en commencer un : tremplin labs start {lab}"
    ),
    "no-lab": both("There is no lab “{lab}”.", "Il n’y a pas de TP « {lab} »."),
    "no-lab-remedy": both(
        "See them all with: tremplin labs list. {like}", "Pour les voir tous : tremplin labs list. {like}"
    ),
    "like": both("Did you mean {lab}?", "Vouliez-vous dire {lab} ?"),
    "wrote": both("wrote {file}", "écrit : {file}"),
    "kept": both("left {file} as it is", "laissé tel quel : {file}"),
    "next": both(
        "Read {notes}, write {file}, then:\n  cd {folder}\n  tremplin labs check",
        "Lisez {notes}, complétez {file}, puis :\n  cd {folder}\n  tremplin labs check",
    ),
    "needs": both(
        "This lab needs {library}. Install it with: pip install 'tremplin[labs]'",
        "Ce TP a besoin de {library}. Installez-le avec : pip install 'tremplin[labs]'",
    ),
    "other-lab": both(
        "The folder {folder} holds another lab ({lab}).",
        "Le dossier {folder} contient un autre TP ({lab}).",
    ),
    "other-lab-remedy": both("Name another one with --folder.", "Indiquez-en un autre avec --folder."),
    "not-here": both("There is no lab in {folder}.", "Il n’y a pas de TP dans {folder}."),
    "not-here-remedy": both(
        "Go into its folder, name its file, or begin one: tremplin labs start LAB.",
        "Allez dans son dossier, indiquez son fichier, ou commencez-en un : tremplin labs start LAB.",
    ),
    "which-lab": both("Which lab is {file}?", "De quel TP {file} est-il ?"),
    "which-lab-remedy": both("Say so with --lab LAB.", "Dites-le avec --lab LAB."),
    "no-file": both("There is no file {file}.", "Il n’y a pas de fichier {file}."),
    "no-file-remedy": both(
        "tremplin labs start {lab} writes it anew, and leaves what is there.",
        "tremplin labs start {lab} l’écrit à nouveau et laisse le reste tel quel.",
    ),
    "both-files": both(
        "There is both {file} and {other}. Checked: {file}, the one saved last. Name the other to check that.",
        "Il y a à la fois {file} et {other}. Vérifié : {file}, le dernier enregistré. Indiquez l’autre pour "
        "le vérifier.",
    ),
    "not-text": both("{file} is not a text file in UTF-8.", "{file} n’est pas un fichier texte en UTF-8."),
    "not-text-remedy": both(
        "Save it again as UTF-8, or start from the lab’s own file.",
        "Enregistrez-le à nouveau en UTF-8, ou repartez du fichier du TP.",
    ),
    "large": both("{file} is larger than {most} kB.", "{file} dépasse {most} ko."),
    "large-remedy": both(
        "Keep the code only, without data.", "Ne gardez que le code, sans données."
    ),
    "empty": both("{file} is empty.", "{file} est vide."),
    "empty-remedy": both("Write something first, and save it.", "Écrivez d’abord quelque chose, et enregistrez."),
    "notebook-remedy": both("The notebook is {file}.", "Le notebook est {file}."),
    "plain": both(
        "No sealed box on this machine: your own code runs as if you had started it yourself. Run nobody else’s this "
        "way.",
        "Pas de bac à sable sur cette machine : votre propre code s’exécute comme si vous l’aviez lancé "
        "vous-même. N’exécutez ainsi le code de personne d’autre.",
    ),
    "holds": both("holds", "tient"),
    "expected": both("expected:", "attendu :"),
    "actual": both("got:", "obtenu :"),
    "hint": both("hint:", "indice :"),
    "hint-later": both(
        "A hint opens after {left} more tries.", "Un indice s’ouvrira après {left} autres essais."
    ),
    "hint-next": both("A hint opens after one more try.", "Un indice s’ouvrira après un autre essai."),
    "cell": both("(cell {cell}, line {line})", "(cellule {cell}, ligne {line})"),
    "printed": both("Your code printed:", "Votre code a affiché :"),
    "sum": both(
        "{passed} of {all} checks · {points:g} of {most:g} points · {seconds:.1f} s",
        "{passed} vérifications sur {all} · {points:g} points sur {most:g} · {seconds:.1f} s",
    ),
    "repeat": both("Repeat exactly: --seed {seed}", "Pour répéter à l’identique : --seed {seed}"),
    "hand-in": both(
        "Hand it in with: tremplin labs submit", "Pour le rendre : tremplin labs submit"
    ),
    "not-judged": both(
        "This could not be checked here, and your code is not at fault.",
        "La vérification n’a pas pu se faire ici, et votre code n’y est pour rien.",
    ),
    "watching": both(
        "Watching {file}. Save it, and it is checked. Ctrl-C ends.",
        "{file} est surveillé : enregistrez, et il est vérifié. Ctrl-C pour finir.",
    ),
    "gone": both("{file} is gone; waiting for it.", "{file} a disparu ; on l’attend."),
    "ended": both("No longer watching.", "Surveillance terminée."),
    "site": both("“{site}” is not an address of a site.", "« {site} » n’est pas l’adresse d’un site."),
    "site-remedy": both(
        "Write it as in your browser: https://scholars.example.org. Without https your token could be read on the way.",
        "Écrivez-la comme dans votre navigateur : https://scholars.example.org. Sans https, votre jeton pourrait être "
        "lu en chemin.",
    ),
    "token-where": both(
        "Make a token at {site}/account/tokens/new (tick “hand in labs”), and paste it here. It is not shown.",
        "Créez un jeton sur {site}/account/tokens/new (cochez « rendre des TP ») et collez-le ici. Il ne "
        "s’affiche pas.",
    ),
    "token": both("Token: ", "Jeton : "),
    "no-token": both("No token was given.", "Aucun jeton n’a été donné."),
    "no-token-remedy": both(
        "Make one in your account, under “Tokens for programs”.",
        "Créez-en un dans votre compte, sous « Jetons pour programmes ».",
    ),
    "no-cohort": both(
        "The owner of this token is a scholar of no cohort that it reaches.",
        "La personne à qui appartient ce jeton n’est boursière d’aucune promotion qu’il atteint.",
    ),
    "no-cohort-remedy": both(
        "Make the token with the account that has your place.",
        "Créez le jeton avec le compte qui a votre place.",
    ),
    "which-cohort": both("You are a scholar of several cohorts.", "Vous êtes dans plusieurs promotions."),
    "which-cohort-remedy": both("Choose one: {options}", "Choisissez-en une : {options}"),
    "connected": both(
        "Connected as {name} to {cohort} at {site}.", "Connexion établie : {name}, {cohort}, {site}."
    ),
    "cannot-submit": both(
        "This token may read, but not hand in labs. Make one with “hand in labs” ticked to hand in from here.",
        "Ce jeton peut lire, mais pas rendre de TP. Créez-en un avec « rendre des TP » coché pour "
        "rendre d’ici.",
    ),
    "not-connected": both(
        "This machine does not know your programme yet.", "Cette machine ne connaît pas encore votre programme."
    ),
    "not-connected-remedy": both(
        "Say where it is, once: tremplin labs connect https://…",
        "Dites où il est, une fois : tremplin labs connect https://…",
    ),
    "offline": both(
        "The programme cannot be reached ({reason}). What you handed in is kept here, and goes with the next "
        "submit or status.",
        "Le programme est injoignable ({reason}). Ce que vous avez rendu est gardé ici et partira au prochain submit "
        "ou status.",
    ),
    "unreachable": both(
        "The programme cannot be reached ({reason}).", "Le programme est injoignable ({reason})."
    ),
    "unreachable-remedy": both(
        "Check the address and the network, then try again.",
        "Vérifiez l’adresse et le réseau, puis réessayez.",
    ),
    "no-network": both("no network", "pas de réseau"),
    "slow": both("no answer in time", "pas de réponse à temps"),
    "broken": both("it answered {status}", "il a répondu {status}"),
    "odd": both("its answer makes no sense", "sa réponse n’a pas de sens"),
    "refused-token": both("The programme does not know this token any more.",
                          "Le programme ne connaît plus ce jeton."),
    "refused-token-remedy": both(
        "It may have ended. Make another and connect again: tremplin labs connect {site}. Nothing is lost.",
        "Il a pu expirer. Créez-en un autre et reconnectez-vous : tremplin labs connect {site}. Rien n’est perdu.",
    ),
    "said-no": both("The programme says: {detail}", "Le programme répond : {detail}"),
    "set-aside": both(
        "{lab} was refused: {detail} The code is kept in {file}.",
        "{lab} a été refusé : {detail} Le code est gardé dans {file}.",
    ),
    "busy": both(
        "{count} of yours wait here until the programme has graded those before. They go with the next submit or "
        "status.",
        "{count} des vôtres attendent ici que le programme ait corrigé les précédents. Ils partiront au prochain "
        "submit ou status.",
    ),
    "sent": both("{lab} is handed in.", "{lab} est rendu."),
    "position": both("In the queue: number {position}.", "Dans la file : numéro {position}."),
    "running": both("Being graded.", "En cours de correction."),
    "waiting": both(
        "No result yet. It comes, and tremplin labs status shows it.",
        "Pas encore de résultat. Il arrive, et tremplin labs status le montrera.",
    ),
    "ungraded": both(
        "The programme could not grade it, and the fault is not yours. It does not count: hand it in again.",
        "Le programme n’a pas pu le corriger, et ce n’est pas votre faute. Cela ne compte pas : rendez-le de nouveau.",
    ),
    "here": both("On this machine", "Sur cette machine"),
    "nothing-here": both("No lab begun in this folder.", "Aucun TP commencé dans ce dossier."),
    "there": both("At {site} ({cohort})", "Sur {site} ({cohort})"),
    "progress": both("{done} of {all} labs passed", "{done} TP réussis sur {all}"),
    "last": both("Last results", "Derniers résultats"),
    "none-yet": both("Nothing handed in yet.", "Rien de rendu pour le moment."),
    "queue": both("Waiting here to be sent", "En attente d’envoi ici"),
    "aside": both("Refused by the programme, kept here", "Refusé par le programme, gardé ici"),
    "state-queued": both("in the queue", "dans la file"),
    "state-running": both("being graded", "en cours de correction"),
    "state-failed": both("not graded", "non corrigé"),
    "damaged": both(
        "{file} cannot be read. Move it away: your code is not in it.",
        "{file} est illisible. Déplacez-le : votre code n’est pas dedans.",
    ),
}  # fmt: skip


def language(given: str | None) -> str:
    """The language asked for, or that of the system where it is French, or English."""
    if given:
        return given
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if said := os.environ.get(name, ""):
            return "fr" if said.lower().startswith("fr") else "en"
    return "fr" if str(locale.getlocale()[0] or "").lower().startswith("fr") else "en"


class Tongue:
    """Says things in one language."""

    def __init__(self, given: str | None) -> None:
        self.code = language(given)

    def __call__(self, code: str, **values: Any) -> str:
        return say(fill(_WORDS[code], **values), self.code)

    def text(self, text: Text) -> str:
        return say(text, self.code)

    def wrong(self, code: str, *, remedy: str = "", **values: Any) -> Wrong:
        """The refusal of that name with its remedy (`CODE-remedy`, or another)."""
        advice = remedy or (f"{code}-remedy" if f"{code}-remedy" in _WORDS else "")
        return Wrong(self(code, **values), self(advice, **values) if advice else "")


def codes() -> dict[str, Text]:
    """Every sentence, for the tests."""
    return dict(_WORDS)
