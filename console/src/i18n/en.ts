/** The same in English. */
import type { Messages } from './zh'

export const en: Messages = {
  app: { name: 'Lift emergency calls', skip: 'Skip to content', help: 'Keyboard', pages: 'Pages', language: '中文' },
  nav: { board: 'Live board', history: 'History', lifts: 'Lifts', duty: 'Duty', overview: 'Overview' },
  login: {
    title: 'Log in',
    subtitle: '96365 lift emergency response · one-key alarm',
    login: 'Account',
    password: 'Password',
    enter: 'Log in',
    leave: 'Log out',
    expired: 'Your session has ended. Please log in again.',
    sound: 'Logging in turns on the alarm sound and desktop notifications.',
    missing: 'Account and password are needed.',
  },
  error: {
    unreachable: 'The service cannot be reached. Alarm calls are handled by the switch itself and go on.',
    title: 'Something went wrong',
    retry: 'Try again',
    notFound: 'There is no such page.',
    back: 'Back to the board',
  },
  common: {
    save: 'Save', cancel: 'Cancel', close: 'Close', delete: 'Delete', edit: 'Edit', add: 'Add', search: 'Search', all: 'All', none: 'None',
    yes: 'Yes', no: 'No', loading: 'Loading…', more: 'Load more', reset: 'Reset', refresh: 'Refresh', saved: 'Saved', deleted: 'Deleted', from: 'From', to: 'To',
    unknown: 'Unknown', copy: 'Copy', copied: 'Copied', confirm: 'OK', total: '{n} in all', active: 'Active', inactive: 'Switched off',
  },
  connection: {
    live: 'Live',
    connecting: 'Connecting…',
    broken: 'Disconnected',
    since: 'Disconnected for {time}: what you see may be out of date. Reconnecting…',
    retry: 'Reconnect now',
    caughtUp: 'Connected again. Everything from the {seconds} s of interruption has been fetched.',
  },
  sound: {
    on: 'Sound on', off: 'Sound off', mute: 'Turn sound off', unmute: 'Turn sound on', silence: 'Stop ringing (M)',
    blocked: 'The browser does not allow sound yet: click here', notify: 'Allow desktop notifications', alarm: 'Lift alarm {number}',
  },
  role: { property: 'Property', maintainer: 'Maintainer', centre: 'Centre', supervisor: 'Supervisor', admin: 'Administrator' },
  tier: { label: 'Tier {n}', one: 'Tier 1', two: 'Tier 2', three: 'Tier 3', other: 'Tier {n}' },
  state: { raised: 'Raised', acknowledged: 'Acknowledged', arrived: 'Arrived', released: 'Released', closed: 'Closed' },
  severity: { critical: 'Urgent', high: 'Alarm', medium: 'In hand', low: 'To be closed' },
  origin: { press: 'Alarm button', sensor: 'Detected' },
  phase: {
    none: 'No call', waiting: 'Going on to the next', ringing: 'Ringing', talking: 'Talking', held: 'Other side hung up, cabin held', ended: 'Alarm call ended',
    ringingTo: 'Ringing {who}', left: '{n} s left', untilAnswered: 'Rings until answered · {n} s', round: 'Round {n}', over: 'next tier',
    nobody: 'nobody in {n} rounds', talkingWith: 'Talking with {who}', talked: 'Answered by {who}',
    centreQueue: 'operators of the centre',
  },
  board: {
    title: 'Live board', empty: 'No open alarms', emptyHint: 'A new alarm appears here at once, with a sound.', open: '{n} open',
    address: 'Address', elapsed: 'Since the press', presses: 'pressed {n} times', unknownLift: 'Unknown cabin · caller {caller}', intervening: 'Centre in command', abandoned: 'Left before an answer',
    keys: '↑ ↓ to choose, Enter to open', loading: 'Loading…', new: 'New alarm', openIt: 'Open', more: '{n} more alarms',
  },
  incident: {
    back: 'Back to the board', identity: 'The lift', people: 'People and phones', timeline: 'Timeline', recordings: 'Recordings', missing: 'There is no such incident, or you may not see it.',
    deviceCode: 'Device code', registrationNo: 'Registration no.', rescueNo: 'Rescue no.', address: 'Address', property: 'Property', maintainer: 'Maintainer',
    cabin: 'Cabin phone', online: 'on line', offline: 'off line', caller: 'Caller', raisedAt: 'Raised', origin: 'Origin',
    onDuty: 'on duty', call: 'Call {who}', bring: 'Bring {who} into the call', snapshots: 'Pictures of the cabin',
    export: 'Export', older: '{n} earlier nodes', onlyKey: 'Main nodes only', corrected: 'corrected', round: 'Round {n}', same: 'the same in {n} rounds',
    noRecordings: 'No recording yet', recordingNow: 'Recording; it can be heard after the call', passenger: 'Passenger', others: 'Others and prompts', play: 'Play', pause: 'Pause',
    download: 'Download', loadFailed: 'The waveform could not be loaded', accessNote: 'Listening and downloading are recorded in the timeline.', recording: '{at} · {length}', speed: 'Speed',
  },
  recordingState: { recording: 'recording', ok: 'complete', short: 'too short', silent: 'silent', missing: 'missing', altered: 'altered' },
  action: {
    acknowledge: 'Acknowledge', arrive: 'Arrived', release: 'Released', close: 'Close', reclassify: 'Reclassify', intervene: 'Take command', stand_down: 'Stand down',
    note: 'Note', done: 'Recorded: {what}', releasePeople: 'People released', releaseTitle: 'Passengers released', noteTitle: 'Add a note', noteText: 'Note',
  },
  voice: {
    title: 'On the call', listen: 'Listen', whisper: 'Whisper', join: 'Join', take_over: 'Take over', leave: 'Leave', call: 'Call', third: 'Bring in', cabin: 'Call the cabin', number: 'Another number',
    calling: 'calling', answered: 'connected', pickUp: 'Your phone is about to ring; the cabin is connected when you answer.', noAnswer: 'Your phone did not answer: look at the softphone, then try again.', badNumber: 'A telephone number has 3 to 20 digits.',
    hint: {
      listen: 'The others hear nothing of you', whisper: 'Only the person who talks with the passenger hears you', join: 'Everybody hears you; others are called on', take_over: 'You talk with the passenger; nobody else is called', leave: 'The others talk on, or are called on',
      person: 'Rings your phone, then calls them alone', third: 'Calls them into the running alarm', cabin: 'Rings your phone; the cabin answers by itself',
    },
    refused: {
      over: 'The alarm call is over: you can call the cabin', noPhone: 'No phone of yours can be rung: open the softphone, or switch your phone on', busy: 'You are in a call: hang up, or leave the other alarm first', yours: 'You are talking with the passenger', same: 'What you do now', nobody: 'Nobody talks with the passenger yet: there is nobody to whisper to',
    },
    doing: { listen: 'listens', whisper: 'whispers', join: 'has joined', take_over: 'has taken over' },
    side: { cabin: '{who} calls the cabin', person: '{who} calls {whom}', third: 'Third party {whom}' },
  },
  operators: {
    hint: 'Operators and pauses (P)', free: 'Operators {free} free of {all}', pausedFor: 'Pause · {reason}', noReason: 'no reason given', youPause: 'You take no alarms: {reason}', pause: 'Pause', resume: 'Take alarms again', other: 'Another reason',
    reasons: ['Meal', 'Handover', 'Meeting', 'Training'],
    state: { free: 'free', ringing: 'ringing', talking: 'talking', offline: 'off line' },
  },
  closing: {
    title: 'Close the incident', reclassifyTitle: 'Correct the classification', classification: 'Classification', cause: 'Cause', text: 'Description', textNeeded: 'The cause is "other": write it out.', causeNeeded: 'Choose a cause.',
    classNeeded: 'Choose a classification.', notYet: 'not in this state', search: 'Type a code or words',
  },
  classification: {
    on_demand_maintenance: 'On-demand maintenance', fault_repair: 'Fault repair', entrapment: 'Entrapment', complaint: 'Complaint', false_alarm: 'False alarm', test: 'Test',
  },
  history: {
    title: 'History', words: 'Number, lift, address, code or caller', period: 'Raised', state: 'State', classification: 'Classification', abandoned: 'Left before an answer', number: 'Number',
    name: 'Lift', answer: 'Acknowledged in', closedAt: 'Closed', exportCsv: 'Export CSV', exportJson: 'Export JSON', exported: '{n} exported', limited: 'Only the first {n} were exported: narrow the search.',
    cause: 'Cause', empty: 'No incident fits', organization: 'Organization', raised: 'Raised',
  },
  lifts: {
    title: 'Lifts', register: 'Register a lift', edit: 'Edit lift', import: 'Import', template: 'Template', search: 'Name, address, device code, registration or rescue number', name: 'Name',
    deviceCode: 'Device code', registrationNo: 'Registration no.', rescueNo: 'Rescue no.', district: 'District', address: 'Address', community: 'Community', building: 'Building', unit: 'Unit', car: 'Car',
    property: 'Property', maintainer: 'Maintainer', plan: 'Plan', defaultPlan: 'Default plan', cabin: 'Cabin phone', cabinKind: 'Connection', sip: 'SIP registration', trunk: 'Trunk (GSM, analogue)',
    cabinAddress: 'Account', cabinNumber: 'Caller number', did: 'Dialled number', online: 'Phone', isOnline: 'on line', isOffline: 'off line', noState: 'unknown', onTrunk: 'on the trunk', incident: 'Open incident',
    password: 'The password of the cabin phone is shown this once', newPassword: 'New password', confirmPassword: 'The old password stops working at once. Give {account} a new one?', confirmOff: 'Once switched off, its phone cannot register. Go on?',
    accountHint: 'empty: cabin-<rescue number>', who: 'An alarm now would ring', empty: 'No lift fits', active: 'Active',
  },
  importing: {
    title: 'Import', files: 'Choose CSV or XLSX files', drop: 'Drop files here, or press Enter to choose', check: 'Try (changes nothing)', run: 'Import', ok: 'No problems found: ready to import.', done: 'Imported.',
    refused: '{n} problems found; nothing was changed.', file: 'File', sheet: 'Sheet', row: 'Row', column: 'Column', value: 'Value', reason: 'Reason', table: 'Data', created: 'New', updated: 'Changed', unchanged: 'Same',
    more: '{n} more problems are not listed', wholeSheet: 'whole sheet', wholeRow: 'whole row', checkFirst: 'Try it first.',
    counts: { organizations: 'Organizations', people: 'People', phones: 'Phones', lifts: 'Lifts', duty: 'Duty', shifts: 'Duty', plans: 'Plans' },
  },
  duty: {
    title: 'Duty rota', organization: 'Organization', week: 'Week', today: 'This week', previous: 'Week before', next: 'Week after', now: 'On duty now', gap: 'Nobody on duty: all phones of the organization would ring', add: 'Add a shift', edit: 'Edit shift',
    phone: 'Phone', from: 'From', to: 'To', position: 'Order', positionHint: 'Of phones on duty at once, the lower is called first', confirmDelete: 'Delete this shift?', repeat: 'Repeat', repeatNone: 'Once', repeatDaily: 'Daily', repeatWeekly: 'Weekly', times: 'Times',
    noPhones: 'This organization has no phones', order: 'It must end after it begins', required: 'Phone and times are needed', hint: 'Double-click a day or press Enter to add; click a shift to edit.', saved: '{n} shifts saved',
    phoneColumn: 'Phone', whole: 'whole week', none: 'No shift', centre: 'The centre’s rota is for planning: alarms ring every operator who is on line and does not pause.', nobody: 'Nobody on duty',
  },
  overview: {
    title: 'Overview', open: 'Open', waiting: 'Unacknowledged', today: 'Alarms today', answered: 'Answered in 15 s', in20: '{part} in 20 s', asOf: 'as of {at}', degraded: 'Not known who is on line: Redis is away', cabins: 'Cabins on line', answerTimes: 'Answer times by tier ({n} days)', perDay: 'Alarms per day',
    openByState: 'Open incidents', cabinsOnline: 'Cabins on line', median: 'median', p90: '90 %', seconds: 's', online: 'on line', offline: 'off line', unknown: 'unknown', of: '{a} / {b}', noData: 'No data yet',
    aim: 'Aim: 90 % in 15 s, 95 % in 20 s', count: 'alarms', trunkCabins: 'on the trunk',
  },
  softphone: {
    title: 'Softphone', alarm: 'Alarm from {lift}', alarmTalk: 'Talking with the passenger: {lift}', taken: '{who} has the alarm: {lift}', pickUpHint: 'Click or press space to answer',
    asked: { cabin: 'Calling the cabin: {who}', person: 'Calling {who}', other: 'Connecting: {who}', listen: 'Connecting: {who}', whisper: 'Connecting: {who}', join: 'Connecting: {who}', take_over: 'Connecting: {who}' },
    unavailable: 'The browser softphone is not available: the server has no softphone accounts yet. Answer with a SIP phone or another softphone.',
    noPhone: 'Your account has no softphone.', elsewhere: 'The softphone is in use in another tab of this browser.', registering: 'Registering…', registered: 'Softphone registered', unregistered: 'Softphone not registered', failed: 'Registration failed: {reason}', mic: 'Microphone', noMic: 'No permission for the microphone', insecure: 'Browsers give the microphone only over HTTPS or on this machine itself.',
    incoming: 'Call from {who}', inCall: 'Talking with {who}', calling: 'Calling {who}', answer: 'Answer (space)', hangup: 'Hang up', mute: 'Mute', unmute: 'Unmute', hold: 'Hold', unhold: 'Resume', keypad: 'Keypad', dial: 'Dial', number: 'Number', ended: 'Call ended', decline: 'Decline',
  },
  node: {
    status: { NOANSWER: 'rang, not answered', BUSY: 'busy', DECLINED: 'declined', CHANUNAVAIL: 'off line or unreachable', CONGESTION: 'line failure', NOACCEPT: 'answered, key not pressed', CANCEL: 'cancelled', NOOPERATOR: 'no free operator', ACCEPTED: 'accepted' },
    how: { answer: 'by answering', key: 'by key' },
    via: { sip: 'SIP', trunk: 'trunk' },
    ring: 'rang {s} s', by: 'taken by {who}', key: 'key {key}', people: '{n} people', seconds: '{n} s', resumes: 'goes on after a failure', from: 'from {who}', you: 'you', refused: { 'not-a-member': 'does not belong to this lift', 'no-such-lift': 'no such rescue number', 'not-an-operator': 'no operator of the centre', lost: 'line died', hangup: 'hung up', 'call-over': 'call over' },
    mode: { listen: 'listen', whisper: 'whisper', join: 'join', take_over: 'take over' }, kind: { cabin: 'into the cabin', person: 'to a person', third: 'third party' },
  },
  help: {
    title: 'Keyboard', nav: 'Change page', board: 'Board: choose / open', act: 'Incident: acknowledge / arrived / released / close / note', sound: 'Stop ringing', softphone: 'Answer a call', voice: 'Incident: listen / whisper / join / take over / leave', cabin: 'Incident: call the cabin', pause: 'Operators and pauses', help: 'Show this help', escape: 'Close a dialog', back: 'Back to the board',
  },
}
