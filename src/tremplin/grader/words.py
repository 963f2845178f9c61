"""What the grader says to a learner, in both languages. Warm, exact, and about their code, not about them."""

from __future__ import annotations

from typing import Any

from tremplin.grader.text import Text, both, fill

_WORDS: dict[str, Text] = {
    "loads": both("Your file can be read and run", "Votre fichier se lit et s’exécute"),
    "loads-hint": both(
        "Run the file on its own first: python lab.py. Python names the line where it stopped.",
        "Exécutez d’abord le fichier seul : python lab.py. Python indique la ligne où il s’est arrêté.",
    ),
    "all-passed": both("Every check passed. Well done.", "Toutes les vérifications sont réussies. Bravo."),
    "some-failed": both(
        "{passed} of {total} checks passed. Start with the first one that did not.",
        "{passed} vérifications réussies sur {total}. Commencez par la première qui ne l’est pas.",
    ),
    "waits": both("Waits until “{title}” passes.", "Attend que « {title} » soit réussie."),
    "syntax": both(
        "Python cannot read line {line}: {message}. The cause is often on that line or just above it.",
        "Python ne peut pas lire la ligne {line} : {message}. "
        "La cause est souvent sur cette ligne ou juste au-dessus.",
    ),
    "missing": both(
        "Your file does not define “{name}”. Check the spelling, and that it is not inside another function.",
        "Votre fichier ne définit pas « {name} ». "
        "Vérifiez l’orthographe, et que la définition n’est pas à l’intérieur d’une autre fonction.",
    ),
    "unwritten": both(
        "“{name}” is not written yet (line {line}).", "« {name} » n’est pas encore écrite (ligne {line})."
    ),
    "raised": both("Your code raised {type}{where}{message}.", "Votre code a levé {type}{where}{message}."),
    "raised-memory": both(
        "Your code asked for more memory than this lab allows{where}. Is an array larger than you meant?",
        "Votre code a demandé plus de mémoire que ce TP n’en permet{where}. "
        "Un tableau est-il plus grand que prévu ?",
    ),
    "raised-recursion": both(
        "A function of yours calls itself without end{where}.",
        "Une de vos fonctions s’appelle elle-même sans fin{where}.",
    ),
    "raised-exit": both(
        "Your code asked Python to stop (exit or quit){where}. A lab file is called, so it must return.",
        "Votre code a demandé à Python de s’arrêter (exit ou quit){where}. "
        "Le fichier d’un TP est appelé : il doit rendre la main.",
    ),
    "raised-input": both(
        "Your code waits for someone to type{where}. There is nobody in the grader: remove input().",
        "Votre code attend une saisie au clavier{where}. "
        "Il n’y a personne dans le correcteur : retirez input().",
    ),
    "raised-import": both(
        "Your code imports a library that is not there in this lab{where}{message}.",
        "Votre code importe une bibliothèque absente de ce TP{where}{message}.",
    ),
    "unsendable": both(
        "What your code returned cannot be read: {message}.",
        "Ce que votre code a renvoyé ne peut pas être lu : {message}.",
    ),
    "died-call": both(
        "Your code was still running after {seconds:g} seconds and was stopped. Look for a loop without end.",
        "Votre code tournait encore au bout de {seconds:g} secondes et a été arrêté. "
        "Cherchez une boucle sans fin.",
    ),
    "died-wall": both(
        "The {seconds:g} seconds for the whole lab were used up, so this check could not finish.",
        "Les {seconds:g} secondes prévues pour tout le TP sont écoulées : "
        "cette vérification n’a pas pu se terminer.",
    ),
    "died-cpu": both(
        "Your code used up the {seconds:g} seconds of processor time this lab allows.",
        "Votre code a épuisé les {seconds:g} secondes de processeur que ce TP permet.",
    ),
    "died-memory": both(
        "Your code used more than {memory} MB of memory and was stopped.",
        "Votre code a utilisé plus de {memory} Mo de mémoire et a été arrêté.",
    ),
    "died-output": both(
        "Your code printed so much that it was stopped. Remove the prints inside loops.",
        "Votre code a tant affiché qu’il a été arrêté. Retirez les print placés dans des boucles.",
    ),
    "died-crash": both(
        "Python itself crashed while it ran your code. Recursion without end is a common cause.",
        "Python lui-même s’est interrompu en exécutant votre code. "
        "Une récursion sans fin en est une cause fréquente.",
    ),
    "died-exit": both(
        "Your code ended the Python process instead of returning a result.",
        "Votre code a mis fin au processus Python au lieu de renvoyer un résultat.",
    ),
    "died-again": both(
        "Your code broke Python {boxes} times, so this check was not tried. Mend the checks above first.",
        "Votre code a interrompu Python {boxes} fois : cette vérification n’a pas été tentée. "
        "Corrigez d’abord les précédentes.",
    ),
    "died-broken": both(
        "The answer could not be understood, so it counts as no answer.",
        "La réponse n’a pas pu être comprise : elle compte comme une absence de réponse.",
    ),
    "unreadable": both(
        "This check could not make sense of what your code returned.",
        "Cette vérification n’a pas su interpréter ce que votre code a renvoyé.",
    ),
    "too-large": both(
        "The file is {size} kB; this lab accepts up to {limit} kB. Submit the code only, without data.",
        "Le fichier fait {size} ko ; ce TP en accepte {limit} au plus. Envoyez le code seul, sans données.",
    ),
    "library-missing": both(
        "This lab needs {library}, which is not installed on the machine that grades. Nothing was run and nothing "
        "counts; tell the organisers.",
        "Ce TP a besoin de {library}, qui n’est pas installé sur la machine qui corrige. Rien n’a été exécuté et "
        "rien ne compte ; prévenez l’équipe d’organisation.",
    ),
    "refused": both(
        "Nothing was run: the grader here cannot close its sandbox just now. Your file is not at fault. "
        "Tell your organisers, and submit again later.",
        "Rien n’a été exécuté : le correcteur ne peut pas fermer son bac à sable pour le moment. "
        "Votre fichier n’est pas en cause. Prévenez l’équipe d’organisation et renvoyez-le plus tard.",
    ),
    "not-run": both("Not tried.", "Non tentée."),
    "grader-error": both(
        "Something failed in the grader itself, not in your file. It counts for nothing; submit again later.",
        "Une erreur s’est produite dans le correcteur lui-même, pas dans votre fichier. "
        "Elle ne compte pas ; renvoyez-le plus tard.",
    ),
    "nothing-returned": both(
        "{name} returned nothing (None). Is a return statement missing?",
        "{name} n’a rien renvoyé (None). Manque-t-il un return ?",
    ),
    "not-an-array": both(
        "{name} should be a NumPy array, but it is of type {kind}.",
        "{name} devrait être un tableau NumPy, mais c’est un objet de type {kind}.",
    ),
    "not-a-tensor": both(
        "{name} should be a PyTorch tensor, but it is of type {kind}.",
        "{name} devrait être un tenseur PyTorch, mais c’est un objet de type {kind}.",
    ),
    "wrong-shape": both(
        "{name} has shape {actual}; it should have shape {expected}.",
        "{name} est de forme {actual} ; la forme attendue est {expected}.",
    ),
    "wrong-kind": both(
        "{name} holds values of type {actual}; it should hold {expected}.",
        "{name} contient des valeurs de type {actual} ; on attend {expected}.",
    ),
    "not-a-number": both(
        "{name} should be one number, but it is {kind}.", "{name} devrait être un nombre, mais c’est {kind}."
    ),
    "has-nan": both(
        "{name} contains NaN (“not a number”){where}. "
        "It comes from 0/0, inf − inf or the logarithm of a negative number.",
        "{name} contient NaN (« pas un nombre »){where}. "
        "Cela vient de 0/0, de inf − inf ou du logarithme d’un nombre négatif.",
    ),
    "has-inf": both(
        "{name} contains an infinite value{where}. "
        "It comes from an overflow (exp of a large number), a division by zero or log(0).",
        "{name} contient une valeur infinie{where}. "
        "Cela vient d’un dépassement (exp d’un grand nombre), d’une division par zéro ou de log(0).",
    ),
    "not-close": both(
        "{name} differs from the expected value, most at index {index}.",
        "{name} s’écarte de la valeur attendue, le plus à l’indice {index}.",
    ),
    "number-not-close": both(
        "{name} differs from the expected value.", "{name} s’écarte de la valeur attendue."
    ),
    "at-index": both(", first at index {index}", ", d’abord à l’indice {index}"),
    "at-line": both(" at line {line} of your file", " à la ligne {line} de votre fichier"),
    "said": both(": {message}", " : {message}"),
}


def word(code: str, **values: Any) -> Text:
    return fill(_WORDS[code], **values)


def codes() -> tuple[str, ...]:
    return tuple(_WORDS)


def raised(code: str, *, kind: str = "", line: int | None = None, message: str = "") -> Text:
    """A sentence about an exception: where, and (only if `message` is given) what it said."""
    where = word("at-line", line=line) if line else both("", "")
    said = word("said", message=message.rstrip(".")) if message else both("", "")
    return word(code, type=kind, where=where, message=said)
