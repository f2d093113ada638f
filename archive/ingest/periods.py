"""Words that dates are written with, in several languages, and the years of dynasties and reigns.

Years are astronomical: 0 is 1 BCE. Words are compared folded: see ``archive.ingest.dates``.
"""

CENTURY, MILLENNIUM, DECADE = "century", "millennium", "decade"
BEFORE, AFTER, HIJRI = "bce", "ce", "ah"

NOT_KNOWN = """
n.d.|nd|no date|not dated|undated|unknown|date not known|date unknown|not known|unspecified|s.d.|
sans date|date inconnue|o.j.|o.d.|ohne jahr|ohne datum|undatiert|unbekannt|sin fecha|s.f.|sem data|
senza data|data sconosciuta|z.j.|zonder datum|不詳|不详|未詳|未详|不明|年代不詳|年代不详|年代不明|
無款|佚|無紀年|无纪年|미상|연대미상|б.д.|без даты|غير مؤرخ|بدون تاريخ|تاريخ غير معروف
"""
"""What is written when no date is known."""

WORDS = {
    CENTURY: """
        century|centuries|cent|cents|siecle|siecles|jahrhundert|jahrhunderts|jahrhunderte|jh|jhs|
        jhd|jhdt|siglo|siglos|s|ss|secolo|secoli|sec|secc|seculo|seculos|eeuw|eeuws|век|века|веков|
        вв|в|世紀|世纪|세기|قرن|القرن""",
    MILLENNIUM: "millennium|millennia|millenaire|jahrtausend|jt|milenio|millennio|千年紀|千年纪|الألفية",
    DECADE: "decade|er jahre|er|年代",
    BEFORE: """
        bc|bce|b c|before christ|av jc|avant jc|avjc|v chr|vor chr|v u z|vuz|ac|a c|a jc|до н э|
        до нэ|前|公元前|西元前|西曆前|紀元前|纪元前|기원전|قم|ق م|قبل الميلاد""",
    AFTER: """
        ad|ce|a d|c e|ap jc|apr jc|apres jc|n chr|nach chr|dc|d c|н э|нэ|公元|西元|西曆|西历|紀元|
        纪元|公曆|公历|서기|م|ميلادي|ميلادية|للميلاد""",
    HIJRI: "ah|a h|h|hijri|hegira|anno hegirae|de l'hegire|ه|هجري|هجرية|للهجرة",
    "early": """
        early|beginning|beginning of|start of|start|debut|anfang|anfangs|fruhes|beginn|principios|
        comienzos|inicios|inizio|inizi|primo|inicio|begin|vroeg|начало|начала|初|初期|早期|前期|
        初頭|初年|초|초기|اوايل|مطلع|بداية""",
    "mid": """
        mid|middle|middle of|milieu|mitte|mediados|meta|meados|midden|середина|середины|中期|中葉|
        中叶|中頃|중기|منتصف|اواسط""",
    "late": """
        late|end|end of|fin|ende|spates|finales|fines|fine|tardo|final|eind|einde|laat|конец|конца|
        末|末期|晚期|後期|后期|晚|末葉|末叶|末年|말|말기|후기|اواخر|نهاية""",
    "half": "half|halves|moitie|halfte|mitad|metade|helft|половина|половины|نصف|النصف",
    "quarter": "quarter|quart|viertel|cuarto|quarto|kwart|четверть|четверти|ربع|الربع",
    "third": "drittel|tiers|tercio|terco|треть",
    "last": "last|dernier|derniere|letztes|letzte|ultimo|ultima|laatste|последняя|последняя|الاخير",
    "first half": "prima meta|primera mitad|primeira metade|前半|前半期|上半葉|上半叶|上半|전반",
    "second half": "seconda meta|segunda mitad|segunda metade|後半|后半|後半期|下半葉|下半叶|下半|후반",
    "-": """
        to|and|or|until|till|through|thru|a|au|et|ou|jusqu'a|bis|und|oder|y|o|hasta|e|fino al|ate|
        tot|и|или|по|至|或|到|から|及|الى|او|و""",
    "": """
        c|ca|circa|circ|cir|about|around|approx|approximately|near|nearly|roughly|probably|prob|
        possibly|perhaps|maybe|likely|presumably|dated|date|dating|signed|inscribed|in|the|of|from|
        by|between|before|after|since|not|later|than|no|earlier|exhibited|exh|published|publ|pub|
        engraved|cast|posthumous|made|painted|drawn|executed|printed|print|restored|reworked|
        retouched|revised|begun|started|completed|finished|designed|issued|reprinted|reissued|
        photographed|taken|built|carved|woven|written|composed|copied|compiled|copyright|edition|
        recast|remade|modelled|modeled|conceived|fabricated|replica|version|year|years|yr|period|
        dynasty|dynasties|era|reign|reign of|kingdom|empire|spring|summer|autumn|fall|winter|season|
        vers|env|environ|le|la|les|l|du|de|des|d|en|entre|apres|avant|depuis|annees|annee|an|
        dynastie|epoque|periode|regne|ere|um|ungefahr|etwa|zirka|wohl|vermutlich|nach|vor|ab|seit|
        zwischen|jahr|jahre|der|die|das|dem|den|im|am|zeit|hacia|cerca|alrededor|aprox|del|el|los|
        las|antes|despues|desde|anos|ano|dinastia|periodo|intorno|verso|dopo|prima|dal|al|gli|il|lo|
        di|anni|anno|omstreeks|rond|voor|na|tussen|jaar|jaren|van|het|een|por|volta|da|do|dos|
        depois|около|ок|г|гг|год|года|годы|годов|после|до|между|年|约|約|頃|顷|ころ|左右|前後|前后|
        年間|年间|間|间|時代|时代|時期|时期|代|朝|王朝|國|国|之|的|の|製|制|作|造|刊|刻|印|書|书|繪|
        绘|年製|年制|年作|年刊|年刻|년|년경|경|시대|왕조|약|عام|سنة|سنه|حوالي|نحو|من|في|بين|بعد|قبل|
        تقريبا""",
}
"""The words of each sign that a date is made of; those of ``""`` change no year."""

ORDINALS = """
first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|\
seventeenth|eighteenth|nineteenth|twentieth|twenty - first
premier|deuxieme|troisieme|quatrieme|cinquieme|sixieme|septieme|huitieme|neuvieme|dixieme|onzieme|douzieme|treizieme|\
quatorzieme|quinzieme|seizieme|dix - septieme|dix - huitieme|dix - neuvieme|vingtieme|vingt et unieme
erstes|zweites|drittes|viertes|funftes|sechstes|siebtes|achtes|neuntes|zehntes|elftes|zwolftes|dreizehntes|vierzehntes|\
funfzehntes|sechzehntes|siebzehntes|achtzehntes|neunzehntes|zwanzigstes|einundzwanzigstes
premiere|seconde
erste|zweite|dritte|vierte
primer|segundo|tercer
primera|segunda|tercera
primo|secondo|terzo
prima|seconda|terza
первая|вторая|третья|четвертая
الاول|الثاني|الثالث|الرابع|الخامس|السادس|السابع|الثامن|التاسع|العاشر|الحادي عشر|الثاني عشر|الثالث عشر|\
الرابع عشر|الخامس عشر|السادس عشر|السابع عشر|الثامن عشر|التاسع عشر|العشرون|الحادي والعشرون
"""
"""Ordinal numbers in words, from the first on, a language a line."""

MONTHS = """
january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre janv fevr avr juil
januar februar marz juni juli oktober dezember okt dez
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
januari februari maart mei augustus
janeiro fevereiro marco maio junho julho setembro outubro novembro dezembro
"""

PERIODS = """
xia|夏 -2069 -1600
shang|商|殷商 -1599 -1045
zhou|chou|周 -1045 -255
western zhou|西周 -1045 -770
eastern zhou|東周|东周 -769 -255
spring and autumn|春秋 -769 -475
warring states|戰國|战国 -474 -220
qin|chin|秦 -220 -205
han|漢|汉 -205 220
western han|西漢|西汉|前漢|前汉 -205 8
xin|新莽 9 23
eastern han|東漢|东汉|後漢|后汉 25 220
three kingdoms|三國|三国 220 280
western jin|西晉|西晋 265 316
eastern jin|東晉|东晋 317 420
晉|晋 265 420
sixteen kingdoms|十六國|十六国 304 439
northern and southern dynasties|southern and northern dynasties|南北朝 420 589
six dynasties|六朝 220 589
northern wei|北魏 386 534
eastern wei|東魏|东魏 534 550
western wei|西魏 535 557
northern qi|北齊|北齐 550 577
northern zhou|北周 557 581
liu song|劉宋|刘宋 420 479
southern qi|南齊|南齐 479 502
liang|梁 502 557
chen|陳|陈 557 589
sui|隋 581 618
tang|唐 618 907
high tang|盛唐 713 765
early tang|初唐 618 712
middle tang|mid tang|中唐 766 835
late tang|晚唐 836 907
five dynasties|五代 907 960
five dynasties and ten kingdoms|五代十國|五代十国 907 979
ten kingdoms|十國|十国 902 979
liao|遼|辽 907 1125
song|sung|宋 960 1279
northern song|northern sung|北宋 960 1127
southern song|southern sung|南宋 1127 1279
western xia|xixia|xi xia|tangut|西夏 1038 1227
jurchen jin|金 1115 1234
yuan|元 1271 1368
ming|明 1368 1644
qing|ching|清 1644 1912
republic of china|民國時期|民国时期 1912 1949
asuka|飛鳥|飞鸟 538 710
nara|奈良 710 794
heian|平安 794 1185
kamakura|鎌倉|镰仓 1185 1333
nanbokucho 1336 1392
muromachi|室町 1336 1573
momoyama|azuchi momoyama|azuchi - momoyama|桃山|安土桃山 1573 1603
edo|tokugawa|江戸|江户 1603 1868
silla|新羅|신라 -56 935
goryeo|koryo|高麗|고려 918 1392
joseon|choson|chosun|朝鮮|조선 1392 1897
safavid 1501 1736
qajar 1789 1925
timurid 1370 1507
ilkhanid 1256 1353
mamluk 1250 1517
abbasid 750 1258
umayyad 661 750
fatimid 909 1171
ottoman 1299 1922
mughal 1526 1857
"""
"""Periods by all their names, with first and last year."""

REIGNS = """
zhenguan|貞觀|贞观 627 649
kaiyuan|開元|开元 713 741
tianbao|天寶|天宝 742 756
dali|大曆|大历 766 779
zhenyuan|貞元|贞元 785 805
yuanhe|元和 806 820
huichang|會昌|会昌 841 846
dazhong|大中 847 860
xiantong|咸通 860 874
qingli|慶曆|庆历 1041 1048
xining|熙寧|熙宁 1068 1077
yuanfeng|元豐|元丰 1078 1085
zhenghe|政和 1111 1118
xuanhe|宣和 1119 1125
shaoxing|紹興|绍兴 1131 1162
chunxi|淳熙 1174 1189
zhiyuan|至元 1264 1294
dade|大德 1297 1307
zhizheng|至正 1341 1368
hongwu|洪武 1368 1398
jianwen|建文 1399 1402
yongle|永樂|永乐 1403 1424
hongxi|洪熙 1425 1425
xuande|宣德 1426 1435
zhengtong|正統|正统 1436 1449
jingtai|景泰 1450 1457
tianshun|天順|天顺 1457 1464
chenghua|成化 1465 1487
hongzhi|弘治 1488 1505
zhengde|正德 1506 1521
jiajing|嘉靖 1522 1566
longqing|隆慶|隆庆 1567 1572
wanli|萬曆|万历 1573 1620
taichang|泰昌 1620 1620
tianqi|天啟|天启 1621 1627
chongzhen|崇禎|崇祯 1628 1644
tianming|天命 1616 1626
tiancong|天聰|天聪 1627 1636
chongde|崇德 1636 1643
shunzhi|順治|顺治 1644 1661
kangxi|康熙 1662 1722
yongzheng|雍正 1723 1735
qianlong|乾隆 1736 1795
jiaqing|嘉慶|嘉庆 1796 1820
daoguang|道光 1821 1850
xianfeng|咸豐|咸丰 1851 1861
tongzhi|同治 1862 1874
guangxu|光緒|光绪 1875 1908
xuantong|宣統|宣统 1909 1912
minguo|民國|民国|中華民國|中华民国 1912 1949
keicho|慶長 1596 1615
kanei|寛永 1624 1644
genroku|元禄 1688 1704
kyoho|享保 1716 1736
horeki|宝暦 1751 1764
meiwa|明和 1764 1772
anei|安永 1772 1781
tenmei|天明 1781 1789
kansei|寛政 1789 1801
kyowa|享和 1801 1804
bunka|文化 1804 1818
bunsei|文政 1818 1831
tenpo|tempo|天保 1831 1845
koka|弘化 1845 1848
kaei|嘉永 1848 1855
ansei|安政 1855 1860
manen|万延 1860 1861
bunkyu|文久 1861 1864
genji|元治 1864 1865
keio|慶応 1865 1868
meiji|明治 1868 1912
taisho|大正 1912 1926
showa|昭和 1926 1989
heisei|平成 1989 2019
reiwa|令和 2019 2100
"""
"""Reigns whose years are counted from 1, by all their names, with first and last year."""
