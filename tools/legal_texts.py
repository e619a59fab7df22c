"""Texts of law that documents quote word for word, in French as they are enacted."""

# Code des procédures civiles d'exécution, article L111-8, second and third paragraphs.
RECOVERY_COSTS = (
    "Les frais de recouvrement entrepris sans titre exécutoire restent à la charge du "
    "créancier, sauf s'ils concernent un acte dont l'accomplissement est prescrit par "
    "la loi au créancier. Toute stipulation contraire est réputée non écrite, sauf "
    "disposition législative contraire.",
    "Cependant, le créancier qui justifie du caractère nécessaire des démarches "
    "entreprises pour recouvrer sa créance peut demander au juge de l'exécution de "
    "laisser tout ou partie des frais ainsi exposés à la charge du débiteur de "
    "mauvaise foi.",
)
