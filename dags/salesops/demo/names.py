"""Names of people and companies, in the scripts that customers write them in. All of them are made up."""

from random import Random

PEOPLE = {
    "german": (
        "Andrea Bernd Christian Daniela Erik Franziska Günther Heike Ines Jürgen Karin Lars Maike Nils Petra Ralf Silke Uwe",
        "Albrecht Böhm Dietrich Engel Friedrich Graf Hartmann Jäger Köhler Lange Möller Neumann Pohl Roth Schäfer Vogt Ziegler",
    ),
    "english": (
        "Alice Adam Beth Craig Diana Ethan Fiona George Holly Ian Jane Kevin Lucy Mark Nora Owen Paula Ryan Sarah Tom",
        "Atkins Barker Coleman Doherty Evans Foster Grant Hayes Ingram Johnson Knight Lawson Morgan O'Neill Parker Reeves Shaw",
    ),
    "nordic": (
        "Anders Astrid Bjørn Eeva Gunnar Helle Jukka Kirsten Lena Magnus Päivi Sigrid Søren Tove Ville Åsa",
        "Andersson Bakken Dahl Eriksen Hansen Järvinen Korhonen Lund Mäkinen Nyberg Olsen Pedersen Strand Öberg",
    ),
    "romance": (
        "Alessandra Bruno Carmen Diego Élodie François Giorgia Hélène Isabel João Luca María Nuno Paolo Sofía Théo",
        "Alves Bernard Conti Durand Esposito Fernández García Lopes Marchetti Moreau Núñez Pereira Ricci Rossi Vidal",
    ),
    "arabic": (
        "أحمد أمينة جمال حسن خديجة رانيا سلمى طارق عبدالله فاطمة كريم ليلى محمود مريم ياسر يوسف",
        "البكري التميمي الجابري الحربي الخطيب الزهراني السالم الشامي العتيبي الغامدي القحطاني المالكي النجار اليوسف",
    ),
    "persian": (
        "آرزو بهرام پریسا جمشید داریوش رویا ژاله سیاوش فرهاد کیان گلناز مهدی نسرین هومن",
        "احمدی بهرامی پارسا توکلی جعفری رضایی زمانی شریفی صادقی فرهادی قاسمی کریمی گودرزی یزدانی",
    ),
    "thai": (
        "กมล จิราพร ชัยวัฒน์ ดวงใจ ธนพล นภา ปิยะ พรทิพย์ มานพ รัตนา วิชัย ศิริพร สุนทร อรุณ",
        "แก้วมณี จันทร์เพ็ญ ชูชาติ ทองดี นาคสุข บุญเรือง พงษ์ไพร มั่นคง รุ่งเรือง วัฒนา ศักดิ์สิทธิ์ สุขสวัสดิ์",
    ),
}
COMPANIES = {
    "german": (
        "Adler Brandner Donau Elbe Falken Hanse Isar Kronen Linden Neckar Rhein Spree Tannen Weser Hohenfeld Bergmann",
        "Maschinenbau Logistik Versicherung Energie Pharma Handel Medizintechnik Automotive Textil Software Stahl Chemie",
        "GmbH AG SE KG",
    ),
    "english": (
        "Albion Beacon Castle Cedar Fairfield Granite Harbour Ironbridge Kestrel Lakeside Maple Northgate Pioneer Redwood Summit",
        "Manufacturing Logistics Insurance Energy Pharma Retail Health Systems Foods Software Analytics Materials Aviation",
        "Ltd plc Inc. Group",
    ),
    "nordic": (
        "Aurora Björk Fjord Granit Havs Isbre Kaskad Lyng Myr Nordlys Polar Skog Sund Tind Vind Østersjø",
        "Industri Logistikk Försäkring Energi Pharma Handel Systems Sjømat Papir Teknik Teknologi",
        "AB AS A/S Oy",
    ),
    "romance": (
        "Alba Bianca Castello Costa Fénix Girasole Lumière Mistral Navarra Olivier Roncal Sierra Toscana Verdemar Étoile",
        "Manifatture Logística Assurances Energía Farmaceutica Distribuzione Tecnología Alimentari Industrie Textiles",
        "S.p.A. S.L. S.A. SAS",
    ),
    "arabic": (
        "الخليج النخيل الواحة الصحراء المنارة الأفق البحر النيل الشروق الياسمين الريادة القمة",
        "للتقنية للخدمات للتجارة للطاقة للاتصالات للصناعات للتأمين للنقل للأغذية",
        "شركة مجموعة مؤسسة",
    ),
    "persian": (
        "البرز دماوند پارس آریا سپهر خورشید کاسپین زاگرس نیلوفر سهند",
        "فناوری صنایع بازرگانی انرژی داروسازی بیمه لجستیک مهندسی",
        "شرکت گروه",
    ),
    "thai": (
        "สยาม บางกอก ล้านนา อันดามัน เจ้าพระยา ทองคำ รุ่งอรุณ ช้างไทย บัวหลวง ภูเก็ต",
        "เทคโนโลยี โลจิสติกส์ ประกันภัย พลังงาน อาหาร ซอฟต์แวร์ การค้า อุตสาหกรรม",
        "จำกัด มหาชน",
    ),
}
LATIN_HANDLES = (
    "amin",
    "bua",
    "chai",
    "dara",
    "fadi",
    "ghada",
    "hana",
    "jamal",
    "kamol",
    "layla",
    "malee",
    "nadim",
    "omid",
    "parisa",
    "rania",
    "samira",
    "tarek",
    "usa",
    "wanida",
    "yara",
)
TITLES = (
    "CFO",
    "CIO",
    "Head of Operations",
    "Head of IT",
    "Procurement Manager",
    "VP Finance",
    "Process Owner",
    "Managing Director",
    "Project Manager",
)
INDUSTRIES = (
    "Manufacturing",
    "Manufacturing",
    "Technology",
    "Technology",
    "Insurance",
    "Banking",
    "Energy",
    "Retail",
    "Healthcare",
    "Transportation",
    "Public Sector",
)
_PEOPLE = {pool: (first.split(), last.split()) for pool, (first, last) in PEOPLE.items()}
_COMPANIES = {pool: tuple(part.split() for part in parts) for pool, parts in COMPANIES.items()}


def person_name(rng: Random, pool: str) -> tuple[str, str]:
    """First and last name."""
    first, last = _PEOPLE[pool]
    return first[int(rng.random() * len(first))], last[int(rng.random() * len(last))]


def company_name(rng: Random, pool: str) -> str:
    """A company's name; some carry a quotation mark or a comma, as names do."""
    first, second, form = (words[int(rng.random() * len(words))] for words in _COMPANIES[pool])
    if pool in ("arabic", "persian"):
        return f"{form} {first} {second}"
    if pool == "thai":
        return f"บริษัท {first}{second} {form}"
    chance = rng.random()
    if chance < 0.01:
        return f'{first} "{second}" {form}'
    return f"{first} {second}, {form}" if chance < 0.03 else f"{first} {second} {form}"


def email_of(rng: Random, first: str, last: str, domain: str) -> str:
    """An address in ASCII; where the name is in another script, a handle stands for it."""
    if first.isascii() and last.isascii():
        handle = f"{first}.{last}".lower().replace("'", "")
    else:
        handle = f"{LATIN_HANDLES[int(rng.random() * len(LATIN_HANDLES))]}{int(rng.random() * 90) + 10}"
    return f"{handle}@{domain}"
