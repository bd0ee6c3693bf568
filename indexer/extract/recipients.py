"""Whom a giving is for: an enterprise, or a person, a school, a village, an office; and whether it is given at all or wished."""

from __future__ import annotations

import re

from indexer.extract.giving import WAIVER, bare

_PERSON = (
    "个人|社会人士|自然人|创作者|作者|主播|导演|演员|消费者|毕业生|教练|运动员|农户|家庭|居民|村民|学生|人才|专业人士|团队|创业者|失业人员|劳动者|职工个人|申请人个人|"
    "退役士兵个人|残疾人|困难群众|低保对象|特困人员|学员|学徒|选手|获奖者|科研人员|科技人员|专家|创业人员|返乡人员|农民工|就业困难人员|脱贫人口|购房者|购房人|车主|租户|养殖户|种植户|种粮大户|留学人员|技能人员|参保人|参保人员|工作人员|医务人员|医护人员|工作者|举报人|举报者|引荐人|介绍人|中介个人|劳动力|志愿者|买受人|购房家庭|技术经纪人|被征地农民|家属|教职工|教练员|裁判|市民|住户|城乡居民|孕产妇|患者|供养人员|持证人员|求职者|见习人员|职工|研究生|博士|硕士|青年|大学生|实习生|居住证持有人|司机|医师|技师|工匠|获得者|高等院校|高校|高等学校|科研机构|科研院所|医疗卫生机构|医院|学校|退役军人|贫困户|农民|教师|游客|患者|老年人|儿童|从业者|带头人|负责人|高管|骨干"
)
# Income tax of persons alone.
_OWN_INCOME = re.compile("^(?!.*(?:增值税|企业所得税|城市维护|印花税)).*个人所得税")
_TO_MANAGERS = re.compile(
    "(?:给予|奖励给?|发放给)(?:该)?(?:企业|公司|单位)?(?:的)?(?:主要|经营|管理|核心|高管|创业|研发|创新)*(?:团队|管理层|经营层|经营者|负责人|法定代表人|高级管理人员|高管|核心人员)"
)
_TO_PERSON = re.compile(
    f"(?:给予|发放给|奖励给?|补贴给?|支付给?)(?:其|该|每位|每名|符合条件的|上述)?(?:[^，。企业单位机构]{{0,10}})(?:{_PERSON})(?!工资)"
)
_EACH_PERSON = re.compile(
    "(?:每人|每名)(?!培训)[^，]*(?:生活(?:补贴|补助|津贴)|安家费|购房补贴|租房补贴|薪酬补贴|人才津贴|岗位津贴)|(?:给予|发放给?|奖励)每(?:名|位)[^，]*(?:人员|学生|毕业生|职工|人才)"
)
_OF_PERSON = re.compile(
    f"(?:{_PERSON})(?:本人)?(?:的)?(?:每人每[天日月年])?$|(?:毕业生|人才|人员)(?:到|赴)[^，]*(?:就业|创业|工作)|^(?:对)?(?:个人)?消费者|个人消费者|(?:学生|在校生|儿童)[^，]*(?:提供|发放|免除)|(?:职工|人员)取得[^，]*证书|(?:患者|参保人)[^，]{0, 12}(?:自付|费用)|个人自付|购房(?:的)?$|举报[^，]*(?:线索|行为)|家庭唯一住房"
)
_BY_SCHOOL = re.compile(
    "^(?:鼓励|支持|对|引导|推动)*(?:试点|各类)?(?:高等院校|高等学校|高校(?!毕业生)|科研院所|科研机构|医疗卫生机构)"
)
_HIRES = re.compile(
    "^(?:对于?|每|凡)?(?:新)?(?:新增|招录|招收|招用|吸纳|聘用|录用|安置|招聘)|(?:企业|单位|机构|公司|组织|主体|工商户|个体户|经营者|合作社|农场|协会|商会)[^，]*(?:招录|招收|招用|吸纳|聘用|引进|组织|接待|培训|培养|输送|接收|录用|安置|招聘|稳定|新招|提供)|个体经营|个体工商户|创办"
)
_FIRM = re.compile(
    "企业|单位|机构|公司|事务所|纳税人|个体工商户|个体户|商户|旅行社|平台|基地|主体|社会组织|合作社|园区|载体|项目|中心"
)
# A person who does something, and no firm in it (毕业生首次创业的); 「院士工作站」 is no person.
_PERSON_DOES = re.compile(
    "^(?:对于?|凡是?|符合[^，]{0,10}的|有[^，]{0,12}的|本[市省区县]|我[市省区县]|每[名位]|鼓励|支持|新?引进的?|推荐[^，]{1,10}的|获得?[^，]{2,16}的|评为[^，]{2,10}的)*"
    "(?:个人|消费者|[^，]{0,4}毕业生|农户|农民工?|居民|村民|学生|在校生|大学生|[^，]{0,4}人才|失业人员|就业困难人员|残疾人|退役军人|退役士兵|脱贫人口|老年人|儿童|职工|教师|医师|技师|选手|[^，]{0,4}经纪人|志愿者|干部|劳动者|创业者|科研人员|技术人员|[^，]{0,8}家庭成员|购房者|车主|市民|游客|农牧民)"
    "(?!工作站|流动站|企业|创业园|孵化|之家|市场|集市|公寓|协会|中心|实训|驿站|用房|基地|培训|服务|社区|食堂|就业车间|家庭)[^，]*(?<!地点)(?<!地区)(?<!区域)$"
)
_OWN_BUSINESS = re.compile("个体经营|创办|领办|开办|兴办|注册|登记|设立|合伙")
# A title that a person, a village or a town wins.
_WON_BY_OTHERS = re.compile(
    "(?:获|评|认定|命名|遴选|授予|列入)[^，]*(?:标兵|大户|劳动模范|工匠|名师|能手|带头人|先进个人|(?:旅游|示范|重点|文明|特色|精品|传统)村|(?:示范|重点|特色|文明)(?:镇|乡|县|区县|街道|城市)|(?:质量|品牌|出口|知识产权)[^，、]{0,6}示范区)(?:培育点|（[^）]*）|荣誉|称号|的)*$"
)
_PUBLIC = re.compile(
    "村集体|(?:农田|秸秆|深松|黑土地|耕地)(?!.*(?:企业|合作社|公司|主体|机构|组织))|(?:示范)?(?:城市|县|区县|县市区|县区|街镇|[市县区][级直](?:职能|单位)?部门|乡镇|街道|村|社区|市县|地市)(?:、[^，]{0,6}(?:城市|县|区|村|镇|街道|社区))?(?:分别)?$|^(?:各地|各市|各县|各区|地方政府)|^对(?:各地|各市|各县|各区|各乡镇|各街道|县区|市县)(?![^，]*(?:企业|单位|机构|公司|平台|园区))"
)
# 县（市）区, 乡（镇）: the brackets were blanked out.
_AREAS = re.compile("(?:(?<=[的名位各对强])[县区市乡]+|县、?区|县级?部门)$")
# Money that one office hands to another.
_BETWEEN_OFFICES = re.compile(
    "(?:给予|奖励|补助)(?:企业)?[^，]{0,20}(?:人民政府|管委会|主管部门)|财力补助|用于支持[^，]{0,16}主管部门|财政(?:部门|局|厅|部)?[^，]{0,24}?(?:提前)?(?:拨付|下达|预拨)(?!给?企业|至企业|到企业)|(?:拨付|下达|安排)[^，]{0,20}资金[^，]{0,12}，?(?:支持|用于)各(?:区|县|市|地)|^各?(?:县|市|区|地)[^，]{0,10}财政[^，]*拨付"
)
_WISH = re.compile(
    "^(?:鼓励|引导|倡导|督促|推动|支持)(?:各地|各区|各市|各县|有条件的地|地方|银行|金融机构|商业银行|保险机构|采购人|担保机构|相关地市|市场主体给予|平台企业|电商平台|社会资本|房东|出租人|业主|供[水气电])"
)
_TARGET = re.compile("力争|争取|(?<!控制)目标|达到[^，]{0,10}以上$|确保|计划新增|不断提高|提升至")
_DUTY = re.compile("(?:不得|严禁|禁止|应当向|督促|查处|罚款|处以|没收|责令|检查|抽查|整治|清理|监督)")


_ABOUT_PEOPLE = re.compile(
    "文化礼堂|住房保障|公共租赁住房|最低生活保障|社会救助|残疾人两项补贴|耕地地力|城乡居民|异地就医|入户|人才公寓|养老助餐|居家|村级|农村(?!商业)|户籍家庭"
)


def about_people(title: str) -> bool:
    """Whether a document is about people, households or villages by its title."""
    return bool(_ABOUT_PEOPLE.search(title))


def names_firm(who: str) -> bool:
    """Whether the words of who name an enterprise or an organisation."""
    return bool(_FIRM.search(who))


# Whom a document can only wish to give: what they waive is not what the document gives.
_OTHERS = "银行|驻[^，]{1,6}银行|地方法人银行|银行业金融机构|金融机构|商业银行|保险机构|保险公司|采购人|平台企业|电商平台|互联网平台|电信运营商|通信运营商|电信企业|社会资本|房东|出租[人方]|业主|供[水气电]|招标人|[^，]{0,16}招标人|符合条件的科技担保|政府性融资担保|担保机构|融资担保机构|行业协会|商会|高校|院所|大型企业|国有企业|商业综合体"
_WISHED_OFFICES = re.compile(
    "(?:^|，|\\d[.．、])(?:鼓励|支持|引导|倡导)(?:各级|各地|各市|各区|各县|各街|各镇|相关地市|市县|县区|市、?县|区县|有条件的(?:地|区|市|县|乡|镇|街|园|村|银行|金融))[^；]*$|(?:^|，)(?:号召|呼吁|动员|倡议)[^；]*$"
)
_WISHED = re.compile(
    f"(?:^|，)[^，对给]{{0,10}}(?:鼓励|引导|倡导|督促|推动|号召|动员|呼吁|要求|指导|协调|敦促|督导)(?:各|辖内|驻|地方|各类|辖区|国有|有条件的)*(?:{_OTHERS})|^鼓励减免|(?:^|，)(?:监测|规范|监督|督导)[^，]{{0,6}}(?:银行|金融机构)"
    "|(?:^|，)(?:支持|推动)(?:各)?(?:银行|商业银行|金融机构|保险公司|保险机构)给予"
)
# Who gives stands right before the award, and is not who was wished something (…，市再担保公司免收担保费).
_ITSELF = re.compile("^(?!对|为|给|向|支持|鼓励|凡)[^，]{0,12}(?:公司|集团|中心)")
# What only they charge: whoever is to be spared it (推动金融机构减费，对小微企业免收账户管理费).
_THEIR_CHARGE = re.compile(
    "(?:免收|免除|减免|减收|降低|下调|取消)[^，]{0,10}(?:账户|开户|手续费|服务费|服务收费|罚息|滞纳金|资费|佣金|利率|工本费|年费|融资相关收费|管理费)"
)
# 「鼓励银行加大投放，对排名前三的银行，给予…」: those who were wished something get it.
_OTHERS_GET = re.compile("，(?:对|凡)[^，]*(?:银行|机构|公司|平台|业主|协会|商会|企业|单位)的?(?:，[^，]*)?$")
# Waiving, or charging less, by whomever 鼓励 calls on, though no list names them (鼓励大型商场适当减免租金).
_WISHED_WAIVER = re.compile(
    "(?:^|，)(?:鼓励|引导|倡导|督促|号召|动员|呼吁)[^；，]*(?:，(?!对|凡|其|企业)[^；，]{0,8})*$"
)


def is_wish(said: str, award: str) -> bool:
    """Whether it is only wished that others (banks, districts, landlords) give what `award` says; `said` are the words
    of the sentence before it.
    """
    if _WISHED_OFFICES.search(said):
        return True
    if re.search("财政(?!部门)|专项资金", said + award):
        return False
    subject = said.rpartition("，")[2]
    if _ITSELF.search(subject) and not _WISHED.search(subject):
        return False
    if _WISHED.search(said + award) and (not _OTHERS_GET.search(said) or _THEIR_CHARGE.search(award)):
        return True
    return bool(_WISHED_WAIVER.search(said) and WAIVER.search(award)) and not re.search("给予|予以", award)


def for_enterprise(who: str, award: str, before: str = "") -> bool:
    """Whether an award goes to an enterprise (or a bank, a guarantor…), not to a person, a school, a village or an office."""
    if _OWN_INCOME.search(award) and not re.search("个体|企业|投资者|合伙|经营所得|工商户", who + award):
        return False
    if re.search(
        "(?:给予|奖励|补贴)(?:所在|相应|承接|依托|建站|用人)?(?:企业|用人单位|单位|公司)(?!主要|经营|管理|高管|团队|负责|法定|职工|员工|核心|研发)",
        award,
    ):
        return not _WISH.match(who)
    if (
        "外出务工" in award
        or _TO_PERSON.search(bare(award))
        or _TO_MANAGERS.search(award)
        or _EACH_PERSON.search(award)
        or _BETWEEN_OFFICES.search(f"{who}，{award}")
    ):
        return False
    subject = re.sub(
        "(?:可以?|按规定)+(?:申领|申请|享受|领取|获得)(?:一次性)?[^，]{0,6}$", "", re.sub("(?:的|，)$", "", who)
    )
    if _WISH.match(re.sub("^.*，(?=对|凡)", "", who)):
        return False
    pieces_of = subject.split("，")
    if before and not _FIRM.search(who) and _OF_PERSON.search(before) and not _HIRES.search(before):
        return False
    if any(re.search(f"(?:引进|聘用|招用|培养|选派)的[^，]{{0,12}}(?:{_PERSON})$", piece) for piece in pieces_of):
        return False
    if any(
        _OF_PERSON.search(piece)
        and not _HIRES.search(piece)
        and not re.search("(?:企业|单位|机构|主体)[和及、与或]", piece)
        for piece in pieces_of
    ) and not _HIRES.search(who):
        return False
    if any(
        _WON_BY_OTHERS.search(piece)
        or (_PERSON_DOES.match(piece) and not names_firm(piece) and not _OWN_BUSINESS.search(piece))
        for piece in pieces_of
    ) and not _HIRES.search(who):
        return False
    if pieces_of and _BY_SCHOOL.search(pieces_of[0]):
        return False
    areas = (re.sub("(?:的|分别)+$", "", bare(piece).replace("　", "")) for piece in pieces_of)
    return not any(_PUBLIC.search(_AREAS.sub("乡镇", area)) for area in areas)


# What was given in the past, told in a report.
_TOLD = re.compile(
    "(?:已|已经|累计|共|共计|合计)(?:为[^，]{0,12})?(?:兑现|发放|拨付|减免|返还|退还|落实|减轻|惠及)|(?:全[市省区县州]|为[\\d.]+余?万?[户家][^，]{0,6})(?:兑现|发放|拨付|减免|返还|退还)|拿到了|领到了|(?:预计|约)为?[\\d.]+余?[亿万]"
)


def is_told(text: str) -> bool:
    """Whether a sentence tells what was given, and gives nothing."""
    return bool(_TOLD.search(text)) and not re.search("(?:^|，)对[^，]*(?:给予|予以)", text)


# The money goes to a person's account, whatever firm hired him.
_TO_ACCOUNT = re.compile(
    "(?:拨付|发放|支付)(?:至|到|给)(?:其)?(?:本人|个人)|个人(?:银行)?账户|由(?:其|申请人)?本人[^，]{0,12}(?:申请|申领)"
)


def goes_to_persons(text: str) -> bool:
    """Whether a passage says that what it gives is paid to persons."""
    return bool(_TO_ACCOUNT.search(text))


def duty_or_target(text: str) -> bool:
    """Whether a sentence sets a goal or an office's duty."""
    return bool(_TARGET.search(text) or _DUTY.search(text))


# 「安排专项资金4亿元」, 「统筹2亿元用于…」: what an office has to give, and gives nobody yet.
_POOL = re.compile(
    "(?:资金|基金|预算)(?:总)?(?:规模|总量|盘子)[^，；]{0,12}\\d[\\d.]*亿元|(?:安排|统筹|设立|筹集|筹措|整合|列支|下达|组建|争取|投入)[^，；。对给]{0,24}(?:资金|基金|预算|经费|规模)[^，；。对给]{0,10}\\d[\\d.]*[亿万]?元"
    "|(?:安排|统筹|设立|筹集|筹措|整合|列支|下达|组建|争取|投入)[^，；。对给]{0,12}\\d[\\d.]*[亿万]?元[^，；。对给]{0,16}(?:资金|基金|预算|经费|规模|用于)"
)
# 「支持新增小微企业贷款2000亿元以上」 is a goal.
_LENT = re.compile(
    "(?:新增|投放|发放|撬动|带动|支持|引导|完成|实现)[^，；]{0,24}(?:贷款|融资|信贷|投资|授信|再贷款|担保)[^，；]{0,10}\\d[\\d.]*亿元"
)
_GIVES_SOMEBODY = re.compile("给予|予以|对|按|每|凡|符合|单个|最高|不超过")


# Vouchers are for those who buy, money for the work of an office is for the office.
_NOT_FIRMS = re.compile("^(?:其中)?[\\d.]+%(?:可|将|应|须)?用于|消费券|购物券|红包|惠民券|工作经费|办案经费")


def is_pool(said: str, award: str) -> bool:
    """Whether `award` only says how large a fund is, or what part of it goes where (安排4亿元，其中技改补助1.6亿元); `said` are
    the words of the sentence before it.
    """
    before, _, piece = said.rpartition("，")
    own = piece + award
    if _NOT_FIRMS.search(award):
        return True
    if _LENT.search(own) and not _GIVES_SOMEBODY.search(own):
        return True
    if _POOL.search(own):
        return not re.search("给予|予以|对|每家|单个", own)
    return bool(_POOL.search(before)) and "其中" in f"{before[-60:]}，{own}" and not _GIVES_SOMEBODY.search(own)
