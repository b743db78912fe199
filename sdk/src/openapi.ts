/* eslint-disable */
// Written by `npm run openapi -w sdk` from docs/openapi.yaml: change that file, not this one.
export interface components {
    schemas: {
        /** @description An error, as RFC 9457 has it. */
        Problem: {
            /** @description The path of the code's section in the error pages. */
            type: string;
            /** @description A short English sentence; the same for every error of this code and status. */
            title: string;
            /**
             * Format: int64
             * @description The HTTP status again.
             */
            status: number;
            code: components["schemas"]["ErrorCode"];
            /** @description What went wrong in this case, for people; the title again where there is no more to say. */
            detail: string;
            /** @description Whether the same request may succeed later. */
            retryable: boolean;
            /** @description Names this request in the server's logs. */
            traceId: string;
        };
        /** @description A 422; as Problem, with the fields that are wrong. */
        FieldsProblem: {
            /** @constant */
            type: "/docs/errors#invalid_fields";
            title: string;
            /**
             * Format: int64
             * @constant
             */
            status: 422;
            /** @constant */
            code: "invalid_fields";
            detail: string;
            /** @description Never. */
            retryable: boolean;
            traceId: string;
            /** @description Field name → reason. A field inside an object is named with dots, as in `device.id`. */
            fields: {
                [key: string]: string;
            };
        };
        /**
         * @description Stable names; the only part of an error that a program should decide on, beside `status` and `retryable`.
         * @enum {string}
         */
        ErrorCode: "malformed_request" | "malformed_json" | "bad_cursor" | "bad_parameter" | "unauthenticated" | "bad_credentials" | "forbidden" | "group_closed" | "origin_not_allowed" | "account_disabled" | "not_friends" | "not_member" | "muted" | "blocked" | "recall_too_late" | "not_found" | "method_not_allowed" | "request_timeout" | "key_taken" | "already_friends" | "already_answered" | "already_member" | "client_id_reused" | "owner_must_transfer" | "body_too_large" | "unsupported_media_type" | "invalid_fields" | "upgrade_required" | "rate_limited" | "too_many_connections" | "headers_too_large" | "internal" | "unavailable" | "registration_closed" | "group_invites_refused" | "group_limit" | "membership_limit" | "member_limit" | "friend_limit" | "request_limit" | "unsupported_content_encoding" | "misdirected_request" | "cooling_off" | "http_version_not_supported";
        /** @description 3 to 32 of `[a-z0-9._-]`, beginning with a letter or digit; capital letters are lower-cased. */
        KeyInput: string;
        /**
         * Format: password
         * @description Put into NFC before it is counted and hashed, so that é is the same composed and decomposed.
         */
        Password: string;
        /** @description A name that is shown: kept without white space at its ends; something in it must show, and it has no control characters, no line breaks and nothing that turns the direction of the text behind it (protocol.md, reading 52). */
        NameInput: string;
        /** @description A URL or a short token; the server does not look at it. */
        AvatarInput: string;
        Registration: {
            key: components["schemas"]["KeyInput"];
            password: components["schemas"]["Password"];
            name?: components["schemas"]["NameInput"] | null;
            /** @description Needed where `registration` is `invite`; ignored elsewhere. */
            invite?: string | null;
        };
        RegistrationMode: {
            /** @enum {string} */
            registration: "open" | "invite" | "closed";
        };
        Login: {
            /** @description The account. Anything that is no account's key is answered as a wrong password is. */
            key: string;
            /** Format: password */
            password: string;
            device?: {
                /** @description Chosen by the client and kept; the server makes one up where there is none. */
                id?: string | null;
                /** @description What to show in the list of devices: empty, or as all names. */
                name?: string | null;
            } | null;
        };
        ProfileChange: {
            name?: components["schemas"]["NameInput"] | null;
            bio?: string | null;
            avatar?: components["schemas"]["AvatarInput"] | null;
            /**
             * @description Whether friends may take me into groups.
             * @enum {string|null}
             */
            groupInvites?: "allow" | "refuse" | null;
        };
        PasswordChange: {
            /** Format: password */
            old: string;
            new: components["schemas"]["Password"];
        };
        AliasChange: {
            /** @description Empty, or as all names. */
            alias: string;
        };
        FriendApplication: {
            receiver: components["schemas"]["KeyInput"];
            note?: string | null;
        };
        GroupCreation: {
            name: components["schemas"]["NameInput"];
            /** @description Friends of the caller. The caller's own key, and a key that comes twice, are passed over. */
            members?: components["schemas"]["KeyInput"][] | null;
        };
        GroupChange: {
            name?: components["schemas"]["NameInput"] | null;
            notice?: string | null;
            avatar?: components["schemas"]["AvatarInput"] | null;
            joinPolicy?: components["schemas"]["JoinPolicy"] | null;
        };
        MemberChange: {
            role?: components["schemas"]["Role"] | null;
            /**
             * Format: int64
             * @description Unix milliseconds; null lifts the mute.
             */
            mutedUntil?: number | null;
        };
        JoinApplication: {
            note?: string | null;
        };
        Send: {
            /**
             * Format: int64
             * @description 101: to a friend. 102: in a group.
             * @enum {integer}
             */
            type: 101 | 102;
            /** @description 101: the friend's key. 102: the group's. */
            msgReceiver: string;
            /** @description 1 to 8,192 bytes of UTF-8 (bytes, not characters), no NUL. */
            msg: string;
            /** @description Makes the send safe to repeat. Unique for each message of this sender, over all their devices. Without one the server makes one up and a repeat is a new message. */
            clientId?: string | null;
            /**
             * Format: int64
             * @description When it was sent, by the client's clock, in Unix milliseconds; goes into the id and nothing else, and only if within a day of the server's clock.
             */
            sentAt?: number | null;
            /** @description The id of a message of the same conversation. */
            replyTo?: string | null;
        };
        ReadChange: {
            /** Format: int64 */
            seq: number;
        };
        /** @description Conversation → seq. */
        Acknowledgements: {
            [key: string]: number;
        };
        Push: {
            /** @description People, groups or both, up to 1,000 in all; or everybody, and then nobody by name. */
            to: {
                users?: string[] | null;
                /** @description The members of these groups. Whoever is named more than once gets it once. */
                groups?: string[] | null;
                all?: boolean | null;
            };
            /** @description 1 to 8,192 bytes of UTF-8, no NUL. */
            msg: string;
            /** @description Empty, or as all names. */
            title?: string | null;
            /** @description Makes the push safe to repeat; unique for each push of this service key. */
            clientId?: string | null;
        };
        /**
         * @description `approval`: the owner or an admin decides. `open`: a request is approved at once. `closed`: requests are 403.
         * @enum {string}
         */
        JoinPolicy: "approval" | "open" | "closed";
        /** @enum {string} */
        Role: "owner" | "admin" | "member";
        /** @enum {string} */
        RequestState: "pending" | "approved" | "rejected";
        /** @description Give it as `cursor` for the next page; null at the end. */
        Cursor: string | null;
        User: {
            key: components["schemas"]["UserKey"];
            name: string;
            bio: string;
            avatar: string;
            createdAt: components["schemas"]["Millis"];
        };
        /** @description My own profile. */
        OwnUser: {
            key: components["schemas"]["UserKey"];
            name: string;
            bio: string;
            avatar: string;
            createdAt: components["schemas"]["Millis"];
            /**
             * @description Whether friends may take me into groups (else 403 `group_invites_refused`); nobody else sees it.
             * @enum {string}
             */
            groupInvites: "allow" | "refuse";
            /** @description True where I may make the calls under `/v1/admin`, absent otherwise. */
            admin?: boolean;
        };
        /** @description What lists show of a person. */
        UserCard: {
            key: components["schemas"]["UserKey"];
            name: string;
            avatar: string;
        };
        /** @description What lists show of a group. */
        GroupCard: {
            key: components["schemas"]["GroupKey"];
            name: string;
            avatar: string;
        };
        Device: {
            id: string;
            name: string;
        };
        /** @description One device. */
        Session: {
            id: string;
            device: components["schemas"]["Device"];
            createdAt: components["schemas"]["Millis"];
            lastSeenAt: components["schemas"]["Millis"];
            /** @description Whether it is the session of the token that asks. */
            current: boolean;
        };
        LoginAnswer: {
            token: string;
            expiresAt: components["schemas"]["Millis"];
            user: components["schemas"]["OwnUser"];
            session: components["schemas"]["Session"];
            /** @description The node that was picked; a hint. */
            node: string;
            /** @description Where to connect: a path on the server that answered, or a ws or wss URL. */
            socket: string;
            /**
             * @description `direct`: ask `POST /v1/sockets` before each socket, and open that one; `socket` works, too. Where it is left out: `relay`.
             * @enum {string}
             */
            sockets?: "relay" | "direct";
        };
        SocketWish: {
            /** @description `node` of an offer that came to nothing: another one is named, where there is one. */
            avoid?: string | null;
        };
        SocketOffer: {
            /** @description What to open: a ws or wss URL. */
            url: string;
            /** @description In the token's place; good once. */
            ticket: string;
            /** @description Whose it is, for `avoid`. */
            node: string;
            expiresAt: components["schemas"]["Millis"];
        };
        Friend: {
            user: components["schemas"]["UserCard"];
            /** @description Empty where there is none. */
            alias: string;
            since: components["schemas"]["Millis"];
            online: boolean;
        };
        FriendRequest: {
            id: components["schemas"]["RequestId"];
            sender: components["schemas"]["UserCard"];
            receiver: components["schemas"]["UserCard"];
            note: string;
            state: components["schemas"]["RequestState"];
            createdAt: components["schemas"]["Millis"];
        };
        Block: {
            user: components["schemas"]["UserCard"];
            since: components["schemas"]["Millis"];
        };
        Group: {
            key: components["schemas"]["GroupKey"];
            name: string;
            notice: string;
            avatar: string;
            joinPolicy: components["schemas"]["JoinPolicy"];
            owner: components["schemas"]["UserKey"];
            /** Format: int64 */
            memberCount: number;
            /**
             * @description Mine; null where I am no member.
             * @enum {string|null}
             */
            role: "owner" | "admin" | "member" | null;
        };
        Member: {
            user: components["schemas"]["UserCard"];
            role: components["schemas"]["Role"];
            /**
             * Format: int64
             * @description Null where no mute holds.
             */
            mutedUntil: number | null;
            joinedAt: components["schemas"]["Millis"];
        };
        GroupRequest: {
            id: components["schemas"]["RequestId"];
            sender: components["schemas"]["UserCard"];
            group: components["schemas"]["GroupCard"];
            note: string;
            state: components["schemas"]["RequestState"];
            createdAt: components["schemas"]["Millis"];
        };
        SendAnswer: {
            id: components["schemas"]["MessageId"];
            conversation: components["schemas"]["ConversationName"];
            seq: components["schemas"]["Seq"];
            time: components["schemas"]["Millis"];
        };
        PushAnswer: {
            id: components["schemas"]["MessageId"];
            /**
             * Format: int64
             * @description How many people it goes to.
             */
            receivers: number;
        };
        ReadPosition: {
            conversation: components["schemas"]["ConversationName"];
            /** Format: int64 */
            readSeq: number;
        };
        ConversationWithPerson: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "person";
            conversation: components["schemas"]["DirectConversation"];
            peer: components["schemas"]["UserCard"];
            last: components["schemas"]["Frame"] | null;
            headSeq: components["schemas"]["HeadSeq"];
            readSeq: components["schemas"]["ReadSeq"];
            unread: components["schemas"]["Unread"];
            peerReadSeq: components["schemas"]["PeerReadSeq"];
        };
        ConversationOfGroup: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "group";
            conversation: components["schemas"]["GroupConversation"];
            group: components["schemas"]["GroupCard"];
            last: components["schemas"]["Frame"] | null;
            headSeq: components["schemas"]["HeadSeq"];
            readSeq: components["schemas"]["ReadSeq"];
            unread: components["schemas"]["Unread"];
        };
        ConversationOfNotices: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "notices";
            conversation: components["schemas"]["NoticeConversation"];
            last: components["schemas"]["Frame"] | null;
            headSeq: components["schemas"]["HeadSeq"];
            readSeq: components["schemas"]["ReadSeq"];
            unread: components["schemas"]["Unread"];
        };
        /**
         * Format: int64
         * @description The highest seq in it that I may read.
         */
        HeadSeq: number;
        /**
         * Format: int64
         * @description How far I have read; 0 where I have not.
         */
        ReadSeq: number;
        /**
         * Format: int64
         * @description How far the friend has read, as the last 302 said; 0 where they have not, are no friend, or one of us blocks the other.
         */
        PeerReadSeq: number;
        /**
         * Format: int64
         * @description How many 101 and 102 of others stand above `readSeq`.
         */
        Unread: number;
        Conversation: components["schemas"]["ConversationWithPerson"] | components["schemas"]["ConversationOfGroup"] | components["schemas"]["ConversationOfNotices"];
        SearchHit: {
            message: components["schemas"]["Message"];
            /** @description Where it was found: ranges in Unicode code points of `msg`, from the first (counted from 0) to just behind the last. */
            highlight: number[][];
        };
        Health: {
            /** @constant */
            status: "ok";
        };
        Readiness: {
            /** @enum {string} */
            status: "ready" | "not_ready";
            /** @description Engine → `ok`, or what is wrong with it. */
            engines: {
                [key: string]: string;
            };
            /** @description Role of other processes that this one asks → `ok`, or what is wrong with it. Empty where one process has every role. */
            roles: {
                [key: string]: string;
            };
            /** @description What keeps it from being ready. */
            waitsFor: string[];
        };
        Overview: {
            version: string;
            startedAt: components["schemas"]["Millis"];
            time: components["schemas"]["Millis"];
            /**
             * Format: int64
             * @description Accounts, the disabled ones too.
             */
            users: number;
            /**
             * Format: int64
             * @description Without the dissolved ones.
             */
            groups: number;
            /**
             * Format: int64
             * @description Living ones.
             */
            sessions: number;
            /**
             * Format: int64
             * @description Open sockets.
             */
            connections: number;
            /**
             * Format: int64
             * @description People with an open socket; who has some on two nodes counts on each.
             */
            onlineUsers: number;
            queues: components["schemas"]["Queue"][];
            /** @description About what the inbox holds; an estimate. */
            inbox: {
                /** Format: int64 */
                entries: number;
                /** Format: int64 */
                bytes: number;
            };
            archive: {
                /**
                 * Format: int64
                 * @description Durable messages that the archive has not taken yet.
                 */
                lag: number;
                /**
                 * Format: int64
                 * @description Messages that a search index that is made anew has still to take, about; 0 otherwise.
                 */
                unindexed: number;
            };
            /**
             * Format: int64
             * @description Messages that inbox or archive could not take, put aside for `godwit admin dead-letters`.
             */
            deadLetters: number;
            /**
             * Format: int64
             * @description Of the server, the missing ones too.
             */
            processes: number;
            missing: components["schemas"]["MissingProcesses"];
        };
        /** @description Processes that did not answer, by name: what is said is without them. */
        MissingProcesses: string[];
        /** @description What waits inside the server. `accounts-read`, `accounts-write`, `archive-read`, `messages-read`, `messages-write`, `passwords`: work for a store or for argon2id; `openings`: sockets that wait until others before them stand; `bus-store`, `bus-offline`: durable messages that archive and inbox have not taken yet. Of many processes: `elasticsearch`, `ledger-commit`, `ledger-read`: work for these; `relay`: messages on their way to the broker; depth and bound are those of all processes together. More may be added. */
        Queue: {
            name: string;
            /** Format: int64 */
            depth: number;
            /**
             * Format: int64
             * @description What it takes; one more is answered 503. Null: as much as the disk.
             */
            bound: number | null;
        };
        Rates: {
            /**
             * Format: int64
             * @description Milliseconds that a sample covers.
             */
            interval: number;
            items: components["schemas"]["RateSample"][];
            missing: components["schemas"]["MissingProcesses"];
        };
        /** @description What was counted in the interval that ended at `time`. */
        RateSample: {
            time: components["schemas"]["Millis"];
            /**
             * Format: int64
             * @description Open sockets at `time`.
             */
            connections: number;
            /**
             * Format: int64
             * @description Kept frames made durable: messages, notices, what tells of changes.
             */
            sends: number;
            /**
             * Format: int64
             * @description Frames queued to sockets by pushes.
             */
            pushes: number;
            /**
             * Format: int64
             * @description Sockets that opened.
             */
            connects: number;
            /**
             * Format: int64
             * @description HTTP requests.
             */
            requests: number;
            /**
             * Format: int64
             * @description Answers of 500 and above.
             */
            failures: number;
            /**
             * Format: double
             * @description Mean time from a whole request to its answer; absent where there was none.
             */
            answerMs?: number;
        };
        /** @description An account as admins see it. */
        Account: {
            key: components["schemas"]["UserKey"];
            name: string;
            admin: boolean;
            disabled: boolean;
            createdAt: components["schemas"]["Millis"];
            /**
             * Format: int64
             * @description The latest of all living sessions; null where there is none.
             */
            lastSeenAt: number | null;
            /** @description Has a socket open now. */
            online: boolean;
            /**
             * Format: int64
             * @description Living ones.
             */
            sessions: number;
        };
        AccountDetails: {
            key: components["schemas"]["UserKey"];
            name: string;
            admin: boolean;
            disabled: boolean;
            createdAt: components["schemas"]["Millis"];
            /**
             * Format: int64
             * @description The latest of all living sessions; null where there is none.
             */
            lastSeenAt: number | null;
            /** @description Has a socket open now. */
            online: boolean;
            /**
             * Format: int64
             * @description Living ones.
             */
            sessions: number;
            bio: string;
            avatar: string;
            /**
             * Format: int64
             * @description How many.
             */
            friends: number;
            /**
             * Format: int64
             * @description How many.
             */
            groups: number;
            /** @description Living ones, oldest first; `current` is the asking admin's own. */
            sessionList: components["schemas"]["Session"][];
        };
        /** @description A group as admins see it. */
        AdminGroup: {
            key: components["schemas"]["GroupKey"];
            name: string;
            owner: components["schemas"]["UserKey"];
            /** Format: int64 */
            memberCount: number;
            joinPolicy: components["schemas"]["JoinPolicy"];
            createdAt: components["schemas"]["Millis"];
        };
        /** @description One process of the server. */
        Node: {
            node: string;
            roles: ("gateway" | "user" | "dispatch" | "node" | "archive" | "offline")[];
            /**
             * Format: int64
             * @description Open sockets.
             */
            connections: number;
            /**
             * Format: int64
             * @description People with an open socket here.
             */
            users: number;
            startedAt: components["schemas"]["Millis"];
            version: string;
        };
        /** @description One process of the server. What it says of itself is absent where it is missing; `detail`, why it is, where it is not. */
        Process: {
            /** @description Its node's name, else a role and its address. */
            process: string;
            roles: ("gateway" | "user" | "dispatch" | "node" | "archive" | "offline")[];
            /** @description Where other processes reach it; absent where there are none. */
            address?: string;
            /**
             * @description `waiting`: something that it needs is not there yet.
             * @enum {string}
             */
            state: "ready" | "waiting" | "draining" | "missing";
            /** @description Why nothing was heard of it. */
            detail?: string;
            version?: string;
            startedAt?: components["schemas"]["Millis"];
            /**
             * Format: int64
             * @description Milliseconds that its clock is ahead of the one that answers, the way between them included.
             */
            clockAhead?: number;
            /**
             * Format: int64
             * @description Open sockets.
             */
            connections?: number;
            /**
             * Format: int64
             * @description People with an open socket here.
             */
            users?: number;
            /**
             * Format: int64
             * @description Sockets that its gateway carries to nodes of other processes.
             */
            relayed?: number;
            /** @description A fingerprint of the key that signs tokens, where the process has the role user: alike everywhere. */
            signingKey?: string;
            /** @description That it numbers, ascending. */
            shards?: number[];
            /** @description What it stands on and is not well. */
            troubles?: {
                /** @description An engine, or `role.` and a role of other processes. */
                part: string;
                trouble: string;
                /** @description It is not ready without. False: a role that was there and is gone. */
                needed: boolean;
            }[];
        };
        Shards: {
            /** Format: int64 */
            total: number;
            owners: {
                process: string;
                shards: number[];
            }[];
            unowned: number[];
            missing: components["schemas"]["MissingProcesses"];
        };
        Setting: {
            name: string;
            value: components["schemas"]["SettingValue"];
            default: components["schemas"]["SettingValue"];
            /** @enum {string} */
            source: "default" | "file" | "environment" | "flag";
            doc: string;
            /** @description Whether SIGHUP changes it. */
            reload: boolean;
            /** @description Then `value` and `default` are null. */
            secret: boolean;
        };
        SettingValue: boolean | number | string | string[] | null;
        AuditEntry: {
            id: string;
            time: components["schemas"]["Millis"];
            /** @description A person's key, or `(command line)`. */
            admin: string;
            action: components["schemas"]["AuditAction"];
            /** @description A person's or a group's key, a service key's name, an invite's id, or whom a notice was for (`all`, or keys, groups as `g:<key>`), a dead letter's name; may be empty. */
            target: string;
            /** @description What else is known: a session's id, a group's name, a notice's title, a backup's directory; may be empty. */
            detail: string;
        };
        AccountToMake: {
            key: components["schemas"]["KeyInput"];
            name?: components["schemas"]["NameInput"] | null;
        };
        AddedAccount: {
            key: components["schemas"]["UserKey"];
            password: string;
        };
        MadePassword: {
            password: string;
        };
        /** @description A business system's key, without its secret. */
        ServiceKey: {
            id: string;
            /** @description The `msgSender` of what it pushes. */
            name: string;
            scopes: components["schemas"]["Scope"][];
            createdAt: components["schemas"]["Millis"];
            /**
             * Format: int64
             * @description Null: never.
             */
            expiresAt: number | null;
            /**
             * Format: int64
             * @description To a minute or so; null: never.
             */
            lastUsedAt: number | null;
        };
        /**
         * @description What a service key is for. Only `push` has calls today.
         * @enum {string}
         */
        Scope: "push" | "users" | "groups" | "messages" | "import" | "business";
        /** @enum {string} */
        AuditAction: "add_user" | "reset_password" | "make_invite" | "remove_invite" | "disable_user" | "enable_user" | "grant_admin" | "revoke_admin" | "end_session" | "end_sessions" | "dissolve_group" | "push_notice" | "make_key" | "remove_key" | "backup" | "replay_dead_letter" | "drop_dead_letter";
        UserPage: {
            items: components["schemas"]["User"][];
            next: components["schemas"]["Cursor"];
        };
        SessionPage: {
            items: components["schemas"]["Session"][];
            next: components["schemas"]["Cursor"];
        };
        FriendPage: {
            items: components["schemas"]["Friend"][];
            next: components["schemas"]["Cursor"];
        };
        FriendRequestPage: {
            items: components["schemas"]["FriendRequest"][];
            next: components["schemas"]["Cursor"];
        };
        BlockPage: {
            items: components["schemas"]["Block"][];
            next: components["schemas"]["Cursor"];
        };
        GroupPage: {
            items: components["schemas"]["Group"][];
            next: components["schemas"]["Cursor"];
        };
        MemberPage: {
            items: components["schemas"]["Member"][];
            next: components["schemas"]["Cursor"];
        };
        GroupRequestPage: {
            items: components["schemas"]["GroupRequest"][];
            next: components["schemas"]["Cursor"];
        };
        ConversationPage: {
            items: components["schemas"]["Conversation"][];
            next: components["schemas"]["Cursor"];
        };
        FramePage: {
            items: components["schemas"]["Frame"][];
            next: components["schemas"]["Cursor"];
        };
        SearchPage: {
            items: components["schemas"]["SearchHit"][];
            next: components["schemas"]["Cursor"];
        };
        AccountPage: {
            items: components["schemas"]["Account"][];
            next: components["schemas"]["Cursor"];
        };
        AdminGroupPage: {
            items: components["schemas"]["AdminGroup"][];
            next: components["schemas"]["Cursor"];
        };
        NodePage: {
            items: components["schemas"]["Node"][];
            next: components["schemas"]["Cursor"];
        };
        ProcessPage: {
            items: components["schemas"]["Process"][];
            next: components["schemas"]["Cursor"];
        };
        SettingPage: {
            items: components["schemas"]["Setting"][];
            next: components["schemas"]["Cursor"];
        };
        ServiceKeyPage: {
            items: components["schemas"]["ServiceKey"][];
            next: components["schemas"]["Cursor"];
        };
        AuditPage: {
            items: components["schemas"]["AuditEntry"][];
            next: components["schemas"]["Cursor"];
        };
        InboxPage: {
            items: components["schemas"]["Frame"][];
            next: components["schemas"]["Cursor"];
            /** @description Names the life of the inbox. Another after the server was put back to an older copy or has lost its store; then numbers may have been given out twice. */
            epoch: string;
            /** @description False where history has to fill what the inbox does not have. */
            complete: boolean;
        };
        /** @description What people write. */
        Message: components["schemas"]["DirectMessageFrame"] | components["schemas"]["GroupMessageFrame"];
        /** @description Every kind of frame that is kept. */
        Frame: components["schemas"]["DirectMessageFrame"] | components["schemas"]["GroupMessageFrame"] | components["schemas"]["NoticeFrame"] | components["schemas"]["FriendRequestFrame"] | components["schemas"]["JoinRequestFrame"] | components["schemas"]["FriendApprovedFrame"] | components["schemas"]["JoinApprovedFrame"] | components["schemas"]["RequestRejectedFrame"] | components["schemas"]["RecalledFrame"] | components["schemas"]["GroupChangedFrame"] | components["schemas"]["FriendChangedFrame"];
        /** @description The key (account name) of a person. */
        UserKey: string;
        /** @description The key of a group; made by the server, opaque. */
        GroupKey: string;
        /** @description 32 lower-case hexadecimal digits: 48 bits of send time in milliseconds, then 80 bits of a hash. */
        MessageId: string;
        /** @description The id of a friend request or of a group request; opaque. */
        RequestId: string;
        /**
         * Format: int64
         * @description Unix time in milliseconds.
         */
        Millis: number;
        /**
         * Format: int64
         * @description A frame's place in its conversation; counts from 1, is never used twice and never goes back.
         */
        Seq: number;
        /** @description The conversation with one person, named by the other one: `u:<key>`. */
        DirectConversation: string;
        /** @description The conversation of a group: `g:<group>`. */
        GroupConversation: string;
        /**
         * @description One's own conversation of notices.
         * @constant
         */
        NoticeConversation: "s:";
        /** @description `u:<key>`, `g:<group>` or `s:`, as the caller sees it. */
        ConversationName: string;
        /**
         * Format: int64
         * @constant
         */
        DirectMessageType: 101;
        /**
         * Format: int64
         * @constant
         */
        GroupMessageType: 102;
        /**
         * Format: int64
         * @constant
         */
        NoticeType: 200;
        /**
         * Format: int64
         * @constant
         */
        FriendRequestType: 203;
        /**
         * Format: int64
         * @constant
         */
        JoinRequestType: 204;
        /**
         * Format: int64
         * @constant
         */
        FriendApprovedType: 205;
        /**
         * Format: int64
         * @constant
         */
        JoinApprovedType: 206;
        /**
         * Format: int64
         * @constant
         */
        RequestRejectedType: 207;
        /**
         * Format: int64
         * @constant
         */
        RecalledType: 208;
        /**
         * Format: int64
         * @constant
         */
        GroupChangedType: 209;
        /**
         * Format: int64
         * @constant
         */
        FriendChangedType: 210;
        /**
         * 101 · message of a friend
         * @description A message between two friends. On the sender's own other devices, and in the sender's own history, `conversation` names the receiver and `clientId` is there if the sender gave one. A recalled message is the same frame with `recalled` and an empty `msg`.
         */
        DirectMessageFrame: {
            type: components["schemas"]["DirectMessageType"];
            msgSender: components["schemas"]["UserKey"];
            msgReceiver: components["schemas"]["UserKey"];
            /** @description The text: 1 to 8,192 bytes of UTF-8; empty once recalled. */
            msg: string;
            id: components["schemas"]["MessageId"];
            conversation: components["schemas"]["DirectConversation"];
            seq: components["schemas"]["Seq"];
            time: components["schemas"]["Millis"];
            replyTo?: components["schemas"]["MessageId"];
            /** @description True, or not there. */
            recalled?: boolean;
            clientId?: string;
        };
        /**
         * 102 · message in a group
         * @description A message in a group; `msgReceiver` is the group's key. Otherwise as 101.
         */
        GroupMessageFrame: {
            type: components["schemas"]["GroupMessageType"];
            msgSender: components["schemas"]["UserKey"];
            msgReceiver: components["schemas"]["GroupKey"];
            /** @description The text: 1 to 8,192 bytes of UTF-8; empty once recalled. */
            msg: string;
            id: components["schemas"]["MessageId"];
            conversation: components["schemas"]["GroupConversation"];
            seq: components["schemas"]["Seq"];
            time: components["schemas"]["Millis"];
            replyTo?: components["schemas"]["MessageId"];
            /** @description True, or not there. */
            recalled?: boolean;
            clientId?: string;
        };
        /**
         * 200 · notice of a business system
         * @description What a business system pushed with a service key, or an admin. `msgSender` is the name of that key, `system` for an admin.
         */
        NoticeFrame: {
            type: components["schemas"]["NoticeType"];
            /** @description The name of the service key ("system" by default). */
            msgSender: string;
            msgReceiver: components["schemas"]["UserKey"];
            msg: string;
            id: components["schemas"]["MessageId"];
            conversation: components["schemas"]["NoticeConversation"];
            seq: components["schemas"]["Seq"];
            time: components["schemas"]["Millis"];
            title?: string;
        };
        /**
         * 203 · friend request
         * @description Somebody (`msgSender`) applied to be your friend; `msg` is the note, `request` what to approve or reject.
         */
        FriendRequestFrame: {
            type: components["schemas"]["FriendRequestType"];
            msgSender: components["schemas"]["UserKey"];
            msgReceiver: components["schemas"]["UserKey"];
            /** @description The note of the request; may be empty. */
            msg: string;
            id: components["schemas"]["MessageId"];
            conversation: components["schemas"]["NoticeConversation"];
            seq: components["schemas"]["Seq"];
            time: components["schemas"]["Millis"];
            request: components["schemas"]["RequestId"];
        };
        /**
         * 204 · request to join a group
         * @description Somebody (`msgSender`) applied to join `group`; goes to its owner and admins, each of whom is the `msgReceiver` of their own copy. `msg` is the note.
         */
        JoinRequestFrame: {
            type: components["schemas"]["JoinRequestType"];
            msgSender: components["schemas"]["UserKey"];
            msgReceiver: components["schemas"]["UserKey"];
            /** @description The note of the request; may be empty. */
            msg: string;
            id: components["schemas"]["MessageId"];
            conversation: components["schemas"]["NoticeConversation"];
            seq: components["schemas"]["Seq"];
            time: components["schemas"]["Millis"];
            request: components["schemas"]["RequestId"];
            group: components["schemas"]["GroupKey"];
        };
        /**
         * 205 · friend request approved
         * @description The person you applied to (`msgSender`) approved; you are friends. `msg` is empty.
         */
        FriendApprovedFrame: {
            type: components["schemas"]["FriendApprovedType"];
            msgSender: components["schemas"]["UserKey"];
            msgReceiver: components["schemas"]["UserKey"];
            /** @constant */
            msg: "";
            id: components["schemas"]["MessageId"];
            conversation: components["schemas"]["NoticeConversation"];
            seq: components["schemas"]["Seq"];
            time: components["schemas"]["Millis"];
            request: components["schemas"]["RequestId"];
        };
        /**
         * 206 · somebody joined a group
         * @description `msgSender` joined the group. Everyone in the group gets it, in the group's conversation, with one `id` and one `seq`; `msgReceiver` is whoever reads it. `msg` is empty.
         */
        JoinApprovedFrame: {
            type: components["schemas"]["JoinApprovedType"];
            msgSender: components["schemas"]["UserKey"];
            msgReceiver: components["schemas"]["UserKey"];
            /** @constant */
            msg: "";
            id: components["schemas"]["MessageId"];
            conversation: components["schemas"]["GroupConversation"];
            seq: components["schemas"]["Seq"];
            time: components["schemas"]["Millis"];
            request?: components["schemas"]["RequestId"];
            group: components["schemas"]["GroupKey"];
        };
        /**
         * 207 · request rejected
         * @description A request of yours was rejected. `msgSender` is the request's id (who rejected it is not told), `msgReceiver` you; `group` is there when it was a request to join. `msg` is empty.
         */
        RequestRejectedFrame: {
            type: components["schemas"]["RequestRejectedType"];
            msgSender: components["schemas"]["RequestId"];
            msgReceiver: components["schemas"]["UserKey"];
            /** @constant */
            msg: "";
            id: components["schemas"]["MessageId"];
            conversation: components["schemas"]["NoticeConversation"];
            seq: components["schemas"]["Seq"];
            time: components["schemas"]["Millis"];
            group?: components["schemas"]["GroupKey"];
        };
        /**
         * 208 · message recalled
         * @description `msgSender` recalled the message `target` of the same conversation: replace its text by a mark. `msgReceiver` is the other person or the group's key. `msg` is empty.
         */
        RecalledFrame: {
            type: components["schemas"]["RecalledType"];
            msgSender: components["schemas"]["UserKey"];
            /** @description The key of the other person or of the group. */
            msgReceiver: string;
            /** @constant */
            msg: "";
            id: components["schemas"]["MessageId"];
            conversation: string;
            seq: components["schemas"]["Seq"];
            time: components["schemas"]["Millis"];
            target: {
                id: components["schemas"]["MessageId"];
                seq: components["schemas"]["Seq"];
            };
        };
        /**
         * 209 · group changed
         * @description `msgSender` changed the group; `msgReceiver` and `group` are its key, `target` is the member concerned. By `change`: `role` has `target` and `role`; `muted` has `target` and `mutedUntil` (null: the mute was lifted); `left` and `removed` have `target`; `renamed` has `name`, the new one. For `notice`, `avatar` and `policy` read the group. `msg` is empty.
         */
        GroupChangedFrame: {
            type: components["schemas"]["GroupChangedType"];
            msgSender: components["schemas"]["UserKey"];
            msgReceiver: components["schemas"]["GroupKey"];
            /** @constant */
            msg: "";
            id: components["schemas"]["MessageId"];
            conversation: components["schemas"]["GroupConversation"];
            seq: components["schemas"]["Seq"];
            time: components["schemas"]["Millis"];
            /** @enum {string} */
            change: "created" | "renamed" | "notice" | "avatar" | "policy" | "role" | "muted" | "left" | "removed" | "dissolved";
            target?: components["schemas"]["UserKey"];
            /** @enum {string} */
            role?: "owner" | "admin" | "member";
            /** Format: int64 */
            mutedUntil?: number | null;
            name?: string;
            group: components["schemas"]["GroupKey"];
        } & (unknown & unknown & unknown & unknown);
        /**
         * 210 · friend removed, or a friend's profile changed
         * @description `msgSender` is the friend. `change` is `removed` (you are friends no longer) or `profile` (read the profile again). `msg` is empty.
         */
        FriendChangedFrame: {
            type: components["schemas"]["FriendChangedType"];
            msgSender: components["schemas"]["UserKey"];
            msgReceiver: components["schemas"]["UserKey"];
            /** @constant */
            msg: "";
            id: components["schemas"]["MessageId"];
            conversation: components["schemas"]["NoticeConversation"];
            seq: components["schemas"]["Seq"];
            time: components["schemas"]["Millis"];
            /** @enum {string} */
            change: "removed" | "profile";
        };
    };
}
