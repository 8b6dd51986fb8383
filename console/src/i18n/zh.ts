/** 界面文字，中文在先；en.ts 必须有同样的键。 */
export const zh = {
  app: { name: '电梯应急呼叫', skip: '跳到正文', help: '键盘操作', pages: '页面', language: 'English' },
  nav: { board: '实时看板', history: '历史记录', lifts: '电梯', duty: '值班', overview: '总览' },
  login: {
    title: '登录',
    subtitle: '96365 电梯应急处置 · 轿厢一键报警',
    login: '账号',
    password: '口令',
    enter: '登录',
    leave: '退出',
    expired: '登录已失效，请重新登录。',
    sound: '登录后将开启报警声音与桌面通知。',
    missing: '请填写账号和口令。',
  },
  error: {
    unreachable: '服务暂时无法连接。报警呼叫由交换机直接处理，不受影响。',
    title: '出错了',
    retry: '重试',
    notFound: '没有这个页面。',
    back: '返回看板',
  },
  common: {
    save: '保存', cancel: '取消', close: '关闭', delete: '删除', edit: '修改', add: '新增', search: '搜索', all: '全部', none: '无',
    yes: '是', no: '否', loading: '加载中…', more: '加载更多', reset: '重置', refresh: '刷新', saved: '已保存', deleted: '已删除', from: '自', to: '至',
    unknown: '未知', copy: '复制', copied: '已复制', confirm: '确定', total: '共 {n} 条', active: '启用', inactive: '停用',
  },
  connection: {
    live: '实时',
    connecting: '正在连接…',
    broken: '连接已中断',
    since: '连接已中断 {time}，以下内容可能不是最新。正在重新连接…',
    retry: '立即重连',
    caughtUp: '连接已恢复，中断 {seconds} 秒内的事件已全部补收。',
  },
  sound: {
    on: '声音已开', off: '声音已关', mute: '关闭声音', unmute: '开启声音', silence: '停止响铃 (M)',
    blocked: '浏览器尚未允许声音，点击此处开启', notify: '开启桌面通知', alarm: '电梯报警 {number}',
  },
  role: { property: '物业', maintainer: '维保', centre: '应急中心', supervisor: '监管', admin: '管理员' },
  tier: { label: '第 {n} 级', one: '一级', two: '二级', three: '三级', other: '{n} 级' },
  state: { raised: '已报警', acknowledged: '已确认', arrived: '已到场', released: '已脱困', closed: '已销账' },
  severity: { critical: '紧急', high: '报警', medium: '处置中', low: '待销账' },
  origin: { press: '一键报警', sensor: '自动识别' },
  phase: {
    none: '无通话', waiting: '正在转接', ringing: '振铃中', talking: '通话中', held: '对方已挂断，轿厢线路保持', ended: '报警通话已结束',
    ringingTo: '正在呼叫 {who}', left: '剩 {n} 秒', untilAnswered: '响铃直至接听 · 已 {n} 秒', round: '第 {n} 轮', over: '转下一级',
    nobody: '{n} 轮无人接听', talkingWith: '{who} 正在通话', talked: '{who} 已接听',
    centreQueue: '应急中心坐席',
  },
  board: {
    title: '实时看板', empty: '当前没有未销账的报警', emptyHint: '新的报警会立即出现在这里，并响铃提醒。', open: '未销账 {n} 起',
    address: '地址', elapsed: '已报警', presses: '按下 {n} 次', unknownLift: '未知轿厢 · 主叫 {caller}', intervening: '中心已介入', abandoned: '接通前挂断',
    keys: '↑ ↓ 选择，Enter 打开', loading: '正在载入…', new: '新的报警', openIt: '打开', more: '另有 {n} 起报警',
  },
  incident: {
    back: '返回看板', identity: '电梯身份', people: '人员与电话', timeline: '处置时间线', recordings: '录音', missing: '没有这起事件，或您无权查看。',
    deviceCode: '设备代码', registrationNo: '使用登记证号', rescueNo: '救援编号', address: '地址', property: '使用单位', maintainer: '维保单位',
    cabin: '轿厢话机', online: '在线', offline: '离线', caller: '主叫号码', raisedAt: '报警时间', origin: '来源',
    onDuty: '值班', call: '呼叫 {who}', bring: '把 {who} 接入通话', snapshots: '轿厢影像',
    export: '导出', older: '较早的 {n} 个节点', onlyKey: '仅主要节点', corrected: '已更正', round: '第 {n} 轮', same: '以上过程重复 {n} 轮',
    noRecordings: '尚无录音', recordingNow: '正在录音，通话结束后可听', passenger: '乘客', others: '对方与提示音', play: '播放', pause: '暂停',
    download: '下载', loadFailed: '波形无法载入', accessNote: '播放与下载会记入时间线。', recording: '{at} · {length}', speed: '速度',
  },
  recordingState: { recording: '录制中', ok: '完整', short: '时长不足', silent: '无声', missing: '缺失', altered: '被改动' } as Record<string, string>,
  action: {
    acknowledge: '确认响应', arrive: '抵达现场', release: '人员脱困', close: '销账', reclassify: '更正分类', intervene: '介入指挥', stand_down: '恢复观察',
    note: '备注', done: '已记录：{what}', releasePeople: '脱困人数', releaseTitle: '人员脱困', noteTitle: '添加备注', noteText: '备注内容',
  },
  voice: {
    title: '通话操作', listen: '监听', whisper: '耳语', join: '加入', take_over: '接管', leave: '退出', call: '呼叫', third: '接入', cabin: '呼叫轿厢', number: '其他号码',
    calling: '呼叫中', answered: '已接通', pickUp: '您的电话即将振铃，接听后自动接通轿厢。', noAnswer: '您的电话没有接通，请检查软电话后再试。', badNumber: '请输入 3 到 20 位数字的电话号码。',
    hint: {
      listen: '只听，对方都听不到您', whisper: '只有正与乘客通话的人听得到您', join: '所有人都听得到您，呼叫继续', take_over: '由您与乘客通话，停止呼叫其他人', leave: '退出通话，其余通话或呼叫继续',
      person: '先振铃您的电话，再单独呼叫对方', third: '呼叫对方并接入正在进行的报警通话', cabin: '先振铃您的电话，轿厢自动应答',
    },
    refused: {
      over: '报警通话已结束，可呼叫轿厢', noPhone: '您没有可用的电话：请先打开软电话，或接通您的话机', busy: '您正在通话：请先挂断，或退出另一起报警', yours: '您正在与乘客通话', same: '当前方式', nobody: '还没有人与乘客通话，无法耳语',
    } as Record<string, string>,
    doing: { listen: '监听中', whisper: '耳语中', join: '已加入', take_over: '已接管' },
    side: { cabin: '{who} 呼叫轿厢', person: '{who} 呼叫 {whom}', third: '第三方 {whom}' },
  },
  operators: {
    hint: '坐席状态与暂停 (P)', free: '坐席 空闲 {free} / 在线 {all}', pausedFor: '暂停 · {reason}', noReason: '未注明原因', youPause: '您已暂停接警：{reason}', pause: '暂停接警', resume: '恢复接警', other: '其他原因',
    reasons: ['用餐', '交接班', '会议', '培训'],
    state: { free: '空闲', ringing: '振铃', talking: '通话中', offline: '离线' },
  },
  closing: {
    title: '销账', reclassifyTitle: '更正分类', classification: '分类', cause: '原因', text: '说明', textNeeded: '该原因为“其他”，请写明。', causeNeeded: '请选择原因。',
    classNeeded: '请选择分类。', notYet: '当前状态不可选', search: '输入代码或文字查找',
  },
  classification: {
    on_demand_maintenance: '按需维保', fault_repair: '故障报修', entrapment: '困人', complaint: '投诉举报', false_alarm: '误报', test: '测试',
  },
  history: {
    title: '历史记录', words: '编号、电梯名称、地址、代码或主叫', period: '报警时间', state: '状态', classification: '分类', abandoned: '接通前挂断', number: '编号',
    name: '电梯', answer: '确认用时', closedAt: '销账时间', exportCsv: '导出 CSV', exportJson: '导出 JSON', exported: '已导出 {n} 条', limited: '只导出前 {n} 条，请缩小范围。',
    cause: '原因', empty: '没有符合条件的事件', organization: '单位', raised: '报警时间',
  },
  lifts: {
    title: '电梯', register: '登记电梯', edit: '修改电梯', import: '批量导入', template: '下载模板', search: '名称、地址、设备代码、登记证号或救援编号', name: '名称',
    deviceCode: '设备代码', registrationNo: '使用登记证号', rescueNo: '救援编号', district: '行政区划', address: '安装地址', community: '小区', building: '楼号', unit: '单元', car: '梯号',
    property: '使用单位', maintainer: '维保单位', plan: '响应预案', defaultPlan: '默认预案', cabin: '轿厢话机', cabinKind: '接入方式', sip: 'SIP 注册', trunk: '中继 (GSM/固话)',
    cabinAddress: '话机账号', cabinNumber: '主叫号码', did: '拨入号码', online: '话机状态', isOnline: '在线', isOffline: '离线', noState: '未知', onTrunk: '中继接入', incident: '未销账事件',
    password: '轿厢话机口令只显示这一次', newPassword: '更换口令', confirmPassword: '旧口令立即失效，确定更换 {account} 的口令？', confirmOff: '停用后该电梯的话机无法注册，确定？',
    accountHint: '留空则为 cabin-救援编号', who: '现在报警会呼叫', empty: '没有符合条件的电梯', active: '启用',
  },
  importing: {
    title: '批量导入', files: '选择 CSV 或 XLSX 文件（可多个）', drop: '将文件拖到此处，或按 Enter 选择', check: '试导入（不改动数据）', run: '正式导入', ok: '检查通过，可以正式导入。', done: '导入完成。',
    refused: '发现 {n} 处问题，未作任何更改。', file: '文件', sheet: '工作表', row: '行', column: '列', value: '值', reason: '原因', table: '数据', created: '新增', updated: '更新', unchanged: '不变',
    more: '另有 {n} 处问题未列出', wholeSheet: '整表', wholeRow: '整行', checkFirst: '请先试导入。',
    counts: { organizations: '单位', people: '人员', phones: '话机', lifts: '电梯', duty: '值班', shifts: '值班', plans: '预案' } as Record<string, string>,
  },
  duty: {
    title: '值班表', organization: '单位', week: '周', today: '本周', previous: '上一周', next: '下一周', now: '现在值班', gap: '无人值班：将呼叫该单位全部话机', add: '新增班次', edit: '修改班次',
    phone: '话机', from: '开始', to: '结束', position: '呼叫次序', positionHint: '同时值班时小者先呼', confirmDelete: '删除这个班次？', repeat: '重复', repeatNone: '不重复', repeatDaily: '每天', repeatWeekly: '每周', times: '次数',
    noPhones: '该单位没有话机', order: '时间须先后相继', required: '请填写话机与时间', hint: '双击日期格或按 Enter 新增；点击班次修改。', saved: '已保存 {n} 个班次',
    phoneColumn: '话机', whole: '整周', none: '未排班', centre: '中心排班供计划与交接使用：报警会振铃所有在线且未暂停的坐席。', nobody: '无人值班',
  },
  overview: {
    title: '总览', open: '未销账', waiting: '无人确认', today: '今日报警', answered: '15 秒内接听', in20: '20 秒内 {part}', asOf: '截至 {at}', degraded: '在线状态暂不可用（Redis 未运行）', cabins: '在线轿厢', answerTimes: '各级接听用时（近 {n} 天）', perDay: '每日报警',
    openByState: '未销账事件', cabinsOnline: '轿厢在线', median: '中位', p90: '90 %', seconds: '秒', online: '在线', offline: '离线', unknown: '未知', of: '{a} / {b}', noData: '尚无数据',
    aim: '要求：15 秒内 90 %，20 秒内 95 %', count: '起', trunkCabins: '中继接入',
  },
  softphone: {
    title: '软电话', alarm: '电梯报警来电：{lift}', alarmTalk: '与乘客通话：{lift}', taken: '已由 {who} 接警：{lift}', pickUpHint: '点击或按空格接听',
    asked: { cabin: '呼叫轿厢：{who}', person: '呼叫：{who}', other: '正在接通：{who}', listen: '正在接通：{who}', whisper: '正在接通：{who}', join: '正在接通：{who}', take_over: '正在接通：{who}' } as Record<string, string>,
    unavailable: '浏览器软电话尚未开通：服务端未提供软电话账号。请使用 SIP 话机或其他软电话接听。',
    noPhone: '您的账号没有软电话。', elsewhere: '软电话已在本浏览器的另一个页面中使用。', registering: '正在注册…', registered: '软电话已注册', unregistered: '软电话未注册', failed: '注册失败：{reason}', mic: '麦克风', noMic: '没有麦克风权限', insecure: '浏览器仅在 HTTPS 或本机地址下提供麦克风。',
    incoming: '来电：{who}', inCall: '通话中：{who}', calling: '呼叫中：{who}', answer: '接听（空格）', hangup: '挂断', mute: '静音', unmute: '取消静音', hold: '保持', unhold: '恢复', keypad: '键盘', dial: '拨号', number: '号码', ended: '通话已结束', decline: '拒接',
  },
  node: {
    status: { NOANSWER: '振铃未接', BUSY: '忙', DECLINED: '拒接', CHANUNAVAIL: '不在线或无法接通', CONGESTION: '线路故障', NOACCEPT: '接通但未按键确认', CANCEL: '已取消', NOOPERATOR: '没有空闲坐席', ACCEPTED: '已接警' } as Record<string, string>,
    how: { answer: '摘机即接警', key: '按键接警' } as Record<string, string>,
    via: { sip: 'SIP', trunk: '中继' } as Record<string, string>,
    ring: '振铃 {s} 秒', by: '由 {who} 接警', key: '按键 {key}', people: '{n} 人', seconds: '{n} 秒', resumes: '故障后继续', from: '来自 {who}', you: '您', refused: { 'not-a-member': '不属于该电梯', 'no-such-lift': '没有这个救援编号', 'not-an-operator': '不是中心坐席', lost: '线路中断', hangup: '挂机', 'call-over': '通话结束' } as Record<string, string>,
    mode: { listen: '监听', whisper: '耳语', join: '加入', take_over: '接管' } as Record<string, string>, kind: { cabin: '至轿厢', person: '至人员', third: '第三方接入' } as Record<string, string>,
  },
  help: {
    title: '键盘操作', nav: '切换页面', board: '看板：选择报警 / 打开', act: '事件：确认 / 到场 / 脱困 / 销账 / 备注', sound: '停止响铃', softphone: '接听来电', voice: '事件：监听 / 耳语 / 加入 / 接管 / 退出', cabin: '事件：呼叫轿厢', pause: '坐席与暂停', help: '显示本帮助', escape: '关闭对话框', back: '返回看板',
  },
}

export type Messages = typeof zh
