"""Words that are parts of many names and alone name nobody, folded, in the languages of those who apply."""

_SMALL = """
a an and at au aux d da das de del den der des di do dos du e et for in l la las le les los of on
pour s sur the und van von y
"""
_SHARED = """
academie academy agence agency applied appliquees art arts association bank banque bootcamp bts
bureau business cabinet cegep center centre cfa city collectif college comercial commerce communal
company conseil consulting cooperative departement department design digital doctorale ecole
economics economie education engineering enseignement entreprise etat etudes facultad faculte
faculty federal fondation foundation france general generale gmbh government grande group groupe
gymnasium haut haute high hopital hospital inc independent industries informatique ingenieur
ingenieurs institut institute international internationale iut job junior lab laboratoire laboratory
ltd lycee mairie management medecine medical ministere ministry municipal national nationale normale
numerique office open paris police politechnique polytechnic polytechnique poste primary private
prive professionnel professionnelle public publique recherche region research restaurant royal sa
sarl sas school schule science sciences secondary service services social sociale societe solutions
state studio superieur superieure supermarche technical technique technologie technologies
technology telecom training universidad universitaire universitat universite universiteit university
usine ville work
"""
_TOWNS = """
aube bath bergen brest cork deal die essen gap hull lens male mobile mons nancy nice orange reading sale sens split
tours turku vannes
"""
SMALL = frozenset(_SMALL.split())
"""Articles and the like: “de” and “the”."""
SHARED = frozenset(_SHARED.split())
"""What many organisations have in their names: “université”, “school”, “services”."""
TOWNS_THAT_ARE_WORDS = frozenset(_TOWNS.split())
"""A town of this name is meant only where it has a capital: “nice”, “tours”."""
